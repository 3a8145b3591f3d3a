import { readFile } from 'node:fs/promises';
import { UsageError } from '../failure.js';
import type { Context } from './context-schema.js';

/** The token of a context, wherever it lies; `null` when it has none. */
export async function readToken({ token, tokenFile }: Pick<Context, 'token' | 'tokenFile'>): Promise<string | null> {
  if (token !== undefined) return token;
  if (tokenFile === undefined) return null;
  try {
    return (await readFile(tokenFile, 'utf8')).trim();
  } catch (error) {
    throw new UsageError(`cannot read the token: ${error instanceof Error ? error.message : String(error)}`);
  }
}
