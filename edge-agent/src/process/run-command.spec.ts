import { describe, expect, it } from 'vitest';
import { runCommand, runSuccessfully } from './run-command.js';

describe('runCommand', () => {
  it('passes standard input and gives back both outputs with the exit code', async () => {
    const result = await runCommand('sh', ['-c', 'cat; echo oops >&2; exit 3'], 'hello\n');
    expect(result).toEqual({ exitCode: 3, stdout: 'hello\n', stderr: 'oops\n' });
  });

  it('is content with a program that does not read its input', async () => {
    const { exitCode } = await runCommand('true', [], 'x'.repeat(1_000_000));
    expect(exitCode).toBe(0);
  });

  it('rejects when there is no such program', async () => {
    await expect(runCommand('weir-no-such-program', [])).rejects.toThrow('is it installed?');
  });

  it('rejects when the program is killed', async () => {
    await expect(runCommand('sh', ['-c', 'kill -9 $$'])).rejects.toThrow('SIGKILL');
  });
});

describe('runSuccessfully', () => {
  it('rejects with what the program said', async () => {
    await expect(runSuccessfully(runCommand, 'sh', ['-c', 'echo no >&2; exit 1'])).rejects.toThrow('no');
  });
});
