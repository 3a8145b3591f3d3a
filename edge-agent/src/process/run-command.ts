import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program without a shell. Resolves with whatever exit code it ends with; rejects when it cannot be started,
 * is ended by a signal, or is not done within its time-out.
 */
export type RunCommand = (command: string, args: readonly string[], stdin?: string) => Promise<CommandResult>;

/** A batch of thousands of lines takes well under a second; a program that waits for a lock must not stop the loop. */
const TIMEOUT_MS = 10_000;

export const runCommand: RunCommand = (command, args, stdin = '') =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { timeout: TIMEOUT_MS, killSignal: 'SIGKILL', stdio: 'pipe' });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (error) => {
      reject(new Error(`${command} could not be run; is it installed?`, { cause: error }));
    });
    child.on('close', (exitCode, signal) => {
      if (exitCode === null) {
        reject(new Error(`${command} was ended by ${String(signal)}; its time-out is ${TIMEOUT_MS} ms`));
        return;
      }
      resolve({ exitCode, stdout: textOf(stdout), stderr: textOf(stderr) });
    });
    // A program that does not read its input and ends closes the pipe: its exit code tells the story.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
  });

/** As runCommand, but any exit code other than 0 rejects with what the program said. */
export async function runSuccessfully(
  run: RunCommand,
  command: string,
  args: readonly string[],
  stdin?: string,
): Promise<string> {
  const { exitCode, stdout, stderr } = await run(command, args, stdin);
  if (exitCode === 0) return stdout;
  throw new Error(`${[command, ...args].join(' ')} ended with ${exitCode}: ${stderr.trim()}`);
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}
