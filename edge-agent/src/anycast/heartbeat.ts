import { mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file whose time of change says that the agent lives: it touches the file after each sync, its watchdog looks. */
export class Heartbeat {
  readonly #file: string;

  constructor(stateDirectory: string) {
    this.#file = join(stateDirectory, 'heartbeat');
  }

  /** Rejects when the disk does. */
  async beat(): Promise<void> {
    const now = new Date();
    await utimes(this.#file, now, now).catch(async () => {
      await mkdir(dirname(this.#file), { recursive: true });
      await writeFile(this.#file, '');
    });
  }

  /** Differs from beat to beat; `null` before the first. */
  async read(): Promise<number | null> {
    return stat(this.#file).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    );
  }
}
