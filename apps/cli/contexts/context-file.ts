import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { UsageError } from '../failure.js';
import type { Contexts } from './context-schema.js';

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** Where contexts are kept: `WEIRCTL_CONFIG`, or `weir/contexts.yaml` where the user's settings are. */
export function contextFilePath(environment: NodeJS.ProcessEnv): string {
  const { WEIRCTL_CONFIG: own, XDG_CONFIG_HOME: settings, HOME: home = '.' } = environment;
  return own ?? join(settings ?? join(home, '.config'), 'weir', 'contexts.yaml');
}

/** Contexts with their tokens, readable by their owner alone. A file that others can read is refused, as ssh does. */
export class ContextFile {
  constructor(readonly path: string) {}

  /** Empty when there is no file yet; rejects with a `UsageError` when it cannot be used. */
  async read(): Promise<Contexts> {
    const text = await this.#text();
    if (text === null) return { contexts: {} };
    // A schema takes longer to load than all the rest of weirctl, and many a script has no contexts.
    const { parseContexts } = await import('./context-schema.js');
    const parsed = parseContexts(text);
    if (parsed.kind === 'contexts') return parsed.contexts;
    throw new UsageError(`${this.path} is not a context file: ${parsed.wrong}`);
  }

  /** All or nothing. */
  async write(contexts: Contexts): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const temporary = `${this.path}.${process.pid}.new`;
    await writeFile(temporary, stringify(contexts), { mode: OWNER_ONLY });
    await chmod(temporary, OWNER_ONLY);
    await rename(temporary, this.path);
  }

  async #text(): Promise<string | null> {
    try {
      const { mode } = await stat(this.path);
      if ((mode & OTHERS) !== 0)
        throw new UsageError(`${this.path} holds tokens and others can read it; run chmod 600 ${this.path}`);
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }
}
