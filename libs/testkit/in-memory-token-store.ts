import type { AccessToken } from '#core/model/access-token.js';
import { byName } from '#core/model/name.js';
import type { TokenChange, TokenStore, TokenWrite } from '#core/ports/token-store.js';
import { InMemoryEventStore } from './in-memory-event-store.js';

/** Keeps tokens in memory. */
export class InMemoryTokenStore implements TokenStore {
  /** What happened with its changes. */
  readonly events = new InMemoryEventStore();
  #stored: ReadonlyMap<string, AccessToken> = new Map();

  find(id: string): Promise<AccessToken | null> {
    return inTurn(() => this.#stored.get(id) ?? null);
  }

  list(): Promise<readonly AccessToken[]> {
    return inTurn(() => this.#sorted());
  }

  change<Answer>(decide: (current: readonly AccessToken[]) => TokenChange<Answer>): Promise<Answer> {
    return inTurn(() => {
      const { writes, answer, events = [] } = decide(this.#sorted());
      const next = new Map(this.#stored);
      for (const write of writes) apply(write, next);
      this.#stored = next;
      this.events.write(events);
      return answer;
    });
  }

  recordUse(id: string, usedAtMs: number): Promise<void> {
    return inTurn(() => {
      const token = this.#stored.get(id);
      if (token !== undefined) this.#stored = new Map(this.#stored).set(id, { ...token, lastUsedAtMs: usedAtMs });
    });
  }

  #sorted(): readonly AccessToken[] {
    return [...this.#stored.values()].sort((left, right) => byName(left.name, right.name));
  }
}

function apply(write: TokenWrite, next: Map<string, AccessToken>): void {
  if (write.action === 'remove') {
    next.delete(write.id);
    return;
  }
  const { id, name } = write.token;
  const isTaken = next.has(id) || [...next.values()].some((token) => token.name === name);
  if (isTaken) throw new Error(`there is a token with the id ${id} or the name ${name} already`);
  next.set(id, write.token);
}

/** Calls take effect in the order they are made, none at once. */
function inTurn<T>(action: () => T): Promise<T> {
  return Promise.resolve().then(action);
}
