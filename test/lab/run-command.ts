import { spawn } from 'node:child_process';

export interface CommandOptions {
  /** The program is killed after this long; 10 s when left out. */
  readonly timeoutMs?: number;
  /** Standard input; empty when left out. */
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that ended with another exit code than 0, or was killed by its time-out. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    commandLine: string,
    readonly result: CommandResult,
  ) {
    super(`"${commandLine}" ended with exit code ${result.exitCode}: ${result.stderr.trim() || result.stdout.trim()}`);
  }
}

/** Runs a program of the host to its end. Rejects with a CommandError unless it exits with 0. */
export async function runCommand(commandLine: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const result = await attemptCommand(commandLine, options);
  if (result.exitCode !== 0) throw new CommandError(commandLine.join(' '), result);
  return result;
}

/** Runs a program of the host to its end, whatever its exit code; 127 when it cannot be started, 137 when killed. */
export function attemptCommand(commandLine: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [program = '', ...args] = commandLine;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...options.environment },
      // Not spawn's own timeout, which keeps the process alive for a program that could not be started.
      signal: AbortSignal.timeout(options.timeoutMs ?? 10_000),
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A program that ends before it has read its input is judged by its exit code, not by the broken pipe.
    child.stdin.on('error', () => undefined).end(options.input ?? '');
    child.on('error', ({ name, message }) => {
      resolve({ exitCode: name === 'AbortError' ? 137 : 127, stdout, stderr: message });
    });
    child.on('close', (code) => {
      resolve({ exitCode: code ?? 137, stdout, stderr });
    });
  });
}
