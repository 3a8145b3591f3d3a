import { readFile } from 'node:fs/promises';
import type { AccessToken } from '#core/model/access-token.js';
import type { Clock } from '#core/ports/clock.js';
import type { TokenStore } from '#core/ports/token-store.js';
import { generateToken, readToken } from './token-secret.js';
import { identityOf } from './token-service.js';

/** The file that should have the first token does not have one. */
export class UnusableTokenFile extends Error {
  override readonly name = 'UnusableTokenFile';
}

export interface FirstTokenParts {
  readonly store: TokenStore;
  readonly clock: Clock;
  /** Has the first token, where an operator chose it; `null`: one is made up. */
  readonly file: string | null;
  /** Shows a made-up token to whoever started the program. It is never shown again. */
  readonly show: (token: string) => void;
}

const NAME = 'admin';

/**
 * Sees to it that somebody can use the API: where no admin token is left, one is stored. Throws `UnusableTokenFile`, and
 * then nothing is stored.
 */
export async function ensureAdminToken({ store, clock, file, show }: FirstTokenParts): Promise<void> {
  if ((await store.list()).some((token) => isUsable(token, clock.nowMs()))) return;
  const secret = file === null ? generateToken() : await readTokenFile(file);
  const isStored = await store.change((current) => {
    // Another replica may have been first.
    if (current.some((token) => isUsable(token, clock.nowMs()))) return { writes: [], answer: false };
    const token = { ...identityOf(secret), ...admin(current, clock.nowMs()) };
    return { writes: [{ action: 'add', token }], answer: true };
  });
  if (isStored && file === null) show(secret);
}

function isUsable({ role, expiresAtMs }: AccessToken, nowMs: number): boolean {
  return role === 'admin' && (expiresAtMs === null || expiresAtMs > nowMs);
}

function admin(current: readonly AccessToken[], createdAtMs: number): Omit<AccessToken, 'id' | 'digest'> {
  const taken = new Set(current.map(({ name }) => name));
  const free = taken.has(NAME) ? `${NAME}-${createdAtMs}` : NAME;
  return { name: free, role: 'admin', edge: null, createdAtMs, expiresAtMs: null, lastUsedAtMs: null };
}

async function readTokenFile(file: string): Promise<string> {
  const text = (await readFile(file, 'utf8').catch((cause: unknown) => unusable(file, 'cannot be read', cause))).trim();
  return readToken(text) === null ? unusable(file, 'has no token like weir_<10 hex digits>_<43 characters>') : text;
}

function unusable(file: string, why: string, cause?: unknown): never {
  throw new UnusableTokenFile(`WEIR_ADMIN_TOKEN_FILE: ${file} ${why}`, { cause });
}
