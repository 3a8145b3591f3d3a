import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../failure.js';

const contextSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** In this file, or better in one that it names. */
  token: z.string().optional(),
  tokenFile: z.string().optional(),
});

const contextsSchema = z.strictObject({
  current: z.string().optional(),
  contexts: z.record(z.string(), contextSchema).default({}),
});

/** One control plane, and who we are there. */
export type Context = z.infer<typeof contextSchema>;
export type Contexts = z.infer<typeof contextsSchema>;

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
    const parsed = contextsSchema.safeParse(parse(text) ?? {});
    if (parsed.success) return parsed.data;
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new UsageError(`${this.path} is not a context file: ${wrong}`);
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
