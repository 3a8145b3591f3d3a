import type { AccessToken } from '#core/model/access-token.js';
import type { Clock } from '#core/ports/clock.js';
import type { TokenChange, TokenStore } from '#core/ports/token-store.js';
import type { z } from 'zod';
import { auditEvent } from '../events/audit-event.js';
import { cursorAfter } from '../http/cursor.js';
import { entityTag, refuseUnmet } from '../http/entity-tag.js';
import type { Page } from '../http/page.js';
import { parseOrRefuse } from '../http/parse.js';
import { Problem } from '../http/problem.js';
import type { WriteRequest } from '../http/write-request.js';
import type { Authenticator } from './authenticator.js';
import { generateToken, readToken } from './token-secret.js';
import { type createdTokenSchema, newTokenSchema, type tokenSchema } from './token.schema.js';

type ShownToken = z.output<typeof tokenSchema>;
type TokenWrites = Pick<TokenChange<unknown>, 'writes' | 'events'>;
type CreatedToken = z.output<typeof createdTokenSchema>;

/** Gives, shows and revokes tokens. A secret leaves it once, to whoever asked for the token. Refusals are `Problem`s. */
export class TokenService {
  constructor(
    private readonly store: TokenStore,
    private readonly authenticator: Pick<Authenticator, 'forget'>,
    private readonly clock: Clock,
  ) {}

  async list(limit: number, cursor: string | undefined): Promise<Page<ShownToken>> {
    const rest = (await this.store.list()).filter(({ name }) => cursor === undefined || name > cursor);
    const last = rest[limit - 1];
    return {
      items: rest.slice(0, limit).map((token) => this.#shown(token)),
      nextCursor: rest.length > limit && last !== undefined ? cursorAfter(last.name) : null,
    };
  }

  async get(name: string): Promise<ShownToken> {
    return this.#shown(pick(await this.store.list(), name));
  }

  create(body: unknown, write: WriteRequest): Promise<CreatedToken> {
    const wanted = parseOrRefuse(newTokenSchema, body);
    const secret = generateToken();
    const token = this.#newToken(wanted, secret);
    return this.store.change((current) => {
      if (current.some(({ name }) => name === token.name)) throw alreadyExists(token.name);
      return {
        ...(write.isDryRun ? { writes: [] } : this.#addition(token, write)),
        answer: { ...this.#shown(token), secret: write.isDryRun ? null : secret },
      };
    });
  }

  async revoke(name: string, write: WriteRequest): Promise<void> {
    const id = await this.store.change((current) => {
      const token = pick(current, name);
      refuseUnmet(write.precondition, entityTag(this.#shown(token)));
      return { ...(write.isDryRun ? { writes: [] } : this.#removal(token, write)), answer: token.id };
    });
    if (!write.isDryRun) this.authenticator.forget(id);
  }

  #addition(token: AccessToken, write: WriteRequest): TokenWrites {
    const change = { resource: `tokens/${token.name}`, before: null, after: this.#shown(token) };
    return { writes: [{ action: 'add', token }], events: [auditEvent(write, change)] };
  }

  #removal(token: AccessToken, write: WriteRequest): TokenWrites {
    const change = { resource: `tokens/${token.name}`, before: this.#shown(token), after: null };
    return { writes: [{ action: 'remove', id: token.id }], events: [auditEvent(write, change)] };
  }

  #newToken({ name, role, edge, expiresAt }: z.output<typeof newTokenSchema>, secret: string): AccessToken {
    const createdAtMs = this.clock.nowMs();
    const expiresAtMs = expiresAt === undefined ? null : Date.parse(expiresAt);
    if (expiresAtMs !== null && expiresAtMs <= createdAtMs) {
      const errors = [{ pointer: '/expiresAt', code: 'invalid-value', detail: 'must be in the future' }];
      throw new Problem('invalid-resource', 'wrong: /expiresAt', errors);
    }
    return { ...identityOf(secret), name, role, edge: edge ?? null, createdAtMs, expiresAtMs, lastUsedAtMs: null };
  }

  #shown({ id, name, role, edge, createdAtMs, expiresAtMs, lastUsedAtMs }: AccessToken): ShownToken {
    const isExpired = expiresAtMs !== null && expiresAtMs <= this.clock.nowMs();
    return {
      id,
      name,
      role,
      edge,
      state: isExpired ? 'expired' : 'active',
      createdAt: new Date(createdAtMs).toISOString(),
      expiresAt: instant(expiresAtMs),
      lastUsedAt: instant(lastUsedAtMs),
    };
  }
}

/** What is kept of a token's text. Throws on what is no token. */
export function identityOf(secret: string): Pick<AccessToken, 'id' | 'digest'> {
  const identity = readToken(secret);
  if (identity === null) throw new Error('this is no token of Weir');
  return identity;
}

function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function pick(tokens: readonly AccessToken[], name: string): AccessToken {
  const found = tokens.find((token) => token.name === name);
  if (found === undefined) throw new Problem('not-found', `there is no token "${name}"`);
  return found;
}

function alreadyExists(name: string): Problem {
  const detail = `token "${name}" exists already; revoke it first, or take another name`;
  return new Problem('conflict', detail, [{ pointer: '/name', code: 'already-exists', detail }]);
}
