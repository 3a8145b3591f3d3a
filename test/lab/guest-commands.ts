import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, type CommandResult } from './run-command.js';
import type { UserModeLinux } from './user-mode-linux.js';

/** A command takes a tenth of a second where nothing else is done. */
const TIMEOUT_MS = 90_000;

/** What the init program needs to find when it starts. */
export async function prepareCommandDirectory(stateDirectory: string): Promise<void> {
  await mkdir(join(stateDirectory, 'commands'), { recursive: true });
}

/**
 * Runs shell scripts in the guest. Scripts and their output travel as files in the state directory, whose names are
 * never used twice: the guest would go on seeing the first content of a file that the host has replaced.
 */
export class GuestCommands {
  #lastNumber = 0;

  constructor(
    private readonly machine: UserModeLinux,
    private readonly stateDirectory: string,
  ) {}

  /** Rejects with a CommandError unless the script exits with 0. Scripts may run side by side. */
  async run(script: string, timeoutMs = TIMEOUT_MS): Promise<CommandResult> {
    const result = await this.attempt(script, timeoutMs);
    if (result.exitCode !== 0) throw new CommandError(script, result);
    return result;
  }

  /** Runs a script to its end, whatever its exit code. Rejects when that takes longer than timeoutMs; it goes on then. */
  async attempt(script: string, timeoutMs = TIMEOUT_MS): Promise<CommandResult> {
    const number = String(++this.#lastNumber);
    const base = join(this.stateDirectory, 'commands', number);
    await writeFile(`${base}.sh`, script);
    const exitCode = Number(await this.machine.ask(`${number} run`, number, timeoutMs));
    const [stdout, stderr] = await Promise.all([readFile(`${base}.out`, 'utf8'), readFile(`${base}.err`, 'utf8')]);
    await Promise.all(['sh', 'out', 'err'].map((suffix) => rm(`${base}.${suffix}`, { force: true })));
    return { exitCode, stdout, stderr };
  }

  /**
   * The lines of a small file of the guest's kernel. To be asked again and again until something is so: a script costs
   * the guest several processes each time, and what is waited for would wait for them.
   */
  async peek(path: string, timeoutMs = TIMEOUT_MS): Promise<readonly string[]> {
    const number = String(++this.#lastNumber);
    const lines = await this.machine.ask(`${number} peek ${path}`, number, timeoutMs);
    return lines.split('|');
  }
}

/** One word of a shell script, whatever it holds. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
