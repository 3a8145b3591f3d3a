import { type EntityManager, In } from 'typeorm';
import type { AccessToken } from '#core/model/access-token.js';
import { byName, edgeName } from '#core/model/name.js';
import type { TokenChange, TokenStore, TokenWrite } from '#core/ports/token-store.js';
import { appendEvents } from './append-events.js';
import { tokenEntity, type TokenRow } from './entities/token-entity.js';
import { SharedReads } from './shared-reads.js';
import type { UnitOfWork } from './unit-of-work.js';

/** Keeps tokens in a database. All stores of one database share its `UnitOfWork`. */
export class TypeormTokenStore implements TokenStore {
  readonly #unitOfWork: UnitOfWork;
  readonly #tokens: SharedReads<AccessToken>;

  constructor(unitOfWork: UnitOfWork) {
    this.#unitOfWork = unitOfWork;
    this.#tokens = new SharedReads(unitOfWork, readTokensOf);
  }

  find(id: string): Promise<AccessToken | null> {
    return this.#tokens.find(id);
  }

  list(): Promise<readonly AccessToken[]> {
    return this.#unitOfWork.read(readTokens);
  }

  change<Answer>(decide: (current: readonly AccessToken[]) => TokenChange<Answer>): Promise<Answer> {
    return this.#unitOfWork.run(async (manager) => {
      const { writes, answer, events = [] } = decide(await readTokens(manager));
      for (const write of writes) await apply(manager, write);
      await appendEvents(manager, events);
      return answer;
    });
  }

  async recordUse(id: string, usedAtMs: number): Promise<void> {
    await this.#unitOfWork.run((manager) => manager.update(tokenEntity, { id }, { lastUsedAtMs: usedAtMs }));
  }
}

async function readTokensOf(manager: EntityManager, ids: readonly string[]): Promise<ReadonlyMap<string, AccessToken>> {
  const rows = await manager.findBy(tokenEntity, { id: In(ids) });
  return new Map(rows.map((row) => [row.id, toToken(row)]));
}

async function readTokens(manager: EntityManager): Promise<readonly AccessToken[]> {
  const tokens = (await manager.find(tokenEntity)).map(toToken);
  // The database's collation would not sort as the domain does.
  return tokens.sort((left, right) => byName(left.name, right.name));
}

async function apply(manager: EntityManager, write: TokenWrite): Promise<void> {
  if (write.action === 'add') await manager.insert(tokenEntity, { ...write.token });
  else await manager.delete(tokenEntity, { id: write.id });
}

function toToken(row: TokenRow): AccessToken {
  return { ...row, edge: row.edge === null ? null : edgeName(row.edge) };
}
