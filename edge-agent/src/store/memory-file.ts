import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const memorySchema = z.strictObject({
  /** Milliseconds since the Unix epoch, as are the deadlines. */
  savedMs: z.number(),
  /** Deadlines of destinations on their way out, by destination key. */
  deadlines: z.record(z.string(), z.number()),
  /** What the probes found down, by their questions. */
  down: z.array(z.string()),
});

/** What the next agent had better know, and can do without. */
export type StoredMemory = z.infer<typeof memorySchema>;

/**
 * The agent's memory beside its state, in a file of its own: it changes with every verdict, an older agent need not know it,
 * and losing it does no harm. So it is replaced as a whole, but not forced to the disk.
 */
export class MemoryFile {
  readonly #path: string;

  constructor(private readonly directory: string) {
    this.#path = join(directory, 'memory.json');
  }

  /** Never rejects: a memory that cannot be read is none. */
  async load(): Promise<StoredMemory | null> {
    try {
      return memorySchema.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch {
      return null;
    }
  }

  /** Rejects when the disk does. Saves must not overlap. */
  async save(memory: StoredMemory): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const temporary = `${this.#path}.new`;
    await writeFile(temporary, `${JSON.stringify(memory, null, 2)}\n`, { mode: 0o600 });
    await rename(temporary, this.#path);
  }
}
