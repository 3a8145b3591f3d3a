import { Logger } from '@nestjs/common';
import type { AccessToken } from '#core/model/access-token.js';
import type { Clock } from '#core/ports/clock.js';
import { StorageUnavailable } from '#core/ports/storage-unavailable.js';
import type { TokenStore } from '#core/ports/token-store.js';
import type { Caller } from './caller.js';
import { isSameDigest, type PresentedToken } from './token-secret.js';

/** How long a token is known without asking the database: so long may one live that another control plane revoked. */
const KNOWN_AMONG_OTHERS_FOR_MS = 5_000;

/** An embedded database has no other control plane, and this one is told what it revokes itself. */
const KNOWN_ALONE_FOR_MS = 10 * 60_000;

/**
 * How long it is known while the database does not answer: agents must go on polling, and whoever looks into the outage must
 * see metrics and what else can be told.
 */
const KNOWN_IN_AN_OUTAGE_FOR_MS = 60 * 60_000;

/** When a token was last used is kept to within this long, so that requests do not become writes. */
const USE_GRAIN_MS = 10 * 60_000;

interface KnownToken {
  readonly token: AccessToken;
  readonly readAtMs: number;
}

/** Tells who presents a token. */
export class Authenticator {
  readonly #logger = new Logger('Security');
  /** Holds tokens that exist and nothing else, so it cannot grow by guessing. */
  readonly #known = new Map<string, KnownToken>();

  readonly #knownForMs: number;
  #revocations = 0;

  constructor(
    private readonly store: Pick<TokenStore, 'find' | 'recordUse'>,
    private readonly clock: Clock,
    { isAlone } = { isAlone: false },
  ) {
    this.#knownForMs = isAlone ? KNOWN_ALONE_FOR_MS : KNOWN_AMONG_OTHERS_FOR_MS;
  }

  /** `null` for a token that is not known, has expired or was revoked. */
  async authenticate(presented: PresentedToken): Promise<Caller | null> {
    return this.recall(presented) ?? this.#accept(presented, await this.#read(presented.id));
  }

  /** The same from memory alone; `null` as well for one that would have to be looked up. */
  recall(presented: PresentedToken): Caller | null {
    const known = this.#known.get(presented.id);
    if (known === undefined || this.clock.monotonicMs() - known.readAtMs > this.#knownForMs) return null;
    return this.#accept(presented, known.token);
  }

  /** To be called once a token was revoked. */
  forget(id: string): void {
    this.#revocations += 1;
    this.#known.delete(id);
  }

  async #read(id: string): Promise<AccessToken | null> {
    const revocations = this.#revocations;
    try {
      const token = await this.store.find(id);
      if (token === null) this.#known.delete(id);
      // One that was revoked while it was looked up must not be known from now on.
      else if (revocations === this.#revocations) this.#known.set(id, { token, readAtMs: this.clock.monotonicMs() });
      return token;
    } catch (error) {
      return this.#knownInAnOutage(id, error);
    }
  }

  /** What is known of a token when `error` kept it from being looked up; rethrows where that is nothing. */
  #knownInAnOutage(id: string, error: unknown): AccessToken {
    const known = this.#known.get(id);
    const isTrusted = known !== undefined && this.clock.monotonicMs() - known.readAtMs <= KNOWN_IN_AN_OUTAGE_FOR_MS;
    if (!(error instanceof StorageUnavailable) || !isTrusted) throw error;
    return known.token;
  }

  #accept({ digest }: PresentedToken, token: AccessToken | null): Caller | null {
    if (token === null || !isSameDigest(digest, token.digest)) return null;
    const nowMs = this.clock.nowMs();
    if (token.expiresAtMs !== null && token.expiresAtMs <= nowMs) return null;
    if (nowMs - (token.lastUsedAtMs ?? 0) >= USE_GRAIN_MS) this.#recordUse(token, nowMs);
    return { tokenId: token.id, name: token.name, role: token.role, edge: token.edge };
  }

  /** Nobody waits for it, and a request does not fail with it. */
  #recordUse(token: AccessToken, nowMs: number): void {
    const known = this.#known.get(token.id);
    if (known !== undefined) this.#known.set(token.id, { ...known, token: { ...token, lastUsedAtMs: nowMs } });
    this.store.recordUse(token.id, nowMs).catch((error: unknown) => {
      this.#logger.warn(`the use of token "${token.name}" could not be recorded: ${String(error)}`);
    });
  }
}
