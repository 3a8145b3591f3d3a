import { execFile } from 'node:child_process';

export interface ProgramRun {
  /** `-1` when a signal ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramSurroundings {
  readonly cwd: string;
  /** Instead of this process's own. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

const LONGEST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs a program to its end, with nothing on standard input, whatever its exit code. */
export function runProgram(
  file: string,
  args: readonly string[],
  { cwd, environment = process.env, timeoutMs = 120_000 }: ProgramSurroundings,
): Promise<ProgramRun> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: environment, timeout: timeoutMs, maxBuffer: LONGEST_OUTPUT_BYTES };
    const child = execFile(file, [...args], options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code === 'string')
        reject(new Error(`${file} could not be run`, { cause: error }));
      else resolve({ exitCode: child.exitCode ?? -1, stdout, stderr });
    });
    child.stdin?.end();
  });
}
