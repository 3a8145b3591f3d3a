import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { eventually } from '#testkit/eventually.js';

/** A long-running process of the host or of one of its namespaces. Ends with the process that started it. */
export class HostProcess {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: string[] = [];
  readonly #ended: Promise<unknown>;

  constructor(commandLine: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    // The kernel ends it with this process, however that comes about.
    const [program, ...args] = ['setpriv', '--pdeathsig', 'KILL', ...commandLine];
    this.#process = spawn(program, args, { env: { ...process.env, ...environment } });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      createInterface({ input: stream }).on('line', (line) => this.#lines.push(line));
    this.#process.stdin.on('error', () => undefined);
    this.#ended = once(this.#process, 'close').catch((error: unknown) => this.#lines.push(String(error)));
  }

  /** The first line it has written, or will write, that matches. Rejects with its last words after timeoutMs. */
  waitForLine(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    return eventually(() => {
      for (const line of this.#lines) {
        const match = pattern.exec(line);
        if (match !== null) return match;
      }
      throw new Error(
        `${this.#process.spawnargs.join(' ')} has not written ${pattern.source}:\n${this.#lines.slice(-20).join('\n')}`,
      );
    }, timeoutMs);
  }

  /** Closes its standard input. */
  endInput(): void {
    this.#process.stdin.end();
  }

  /** Kills it and waits until it is gone. Harmless when it is gone already. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }
}
