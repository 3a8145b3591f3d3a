import { setImmediate } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { UnitOfWork } from './unit-of-work.js';

/** More, answered in one go, would hold up the event loop for a tenth of a second. */
const MOST_KEYS = 256;

/** Reads the rows of these keys; a key that has none is left out. */
export type ReadRows<Row> = (manager: EntityManager, keys: readonly string[]) => Promise<ReadonlyMap<string, Row>>;

interface Gathering<Row> {
  readonly keys: Set<string>;
  readonly rows: Promise<ReadonlyMap<string, Row>>;
}

/**
 * Finds rows one by one for a thousand who ask at once, with a transaction for many of them: those that ask in the same turn of
 * the event loop. It begins after the last of them asked, so each is told what was stored when it asked, or later.
 */
export class SharedReads<Row> {
  #gathering: Gathering<Row> | null = null;

  constructor(
    private readonly unitOfWork: Pick<UnitOfWork, 'read'>,
    private readonly readRows: ReadRows<Row>,
  ) {}

  async find(key: string): Promise<Row | null> {
    const gathering = this.#gathering ?? this.#gather();
    gathering.keys.add(key);
    if (gathering.keys.size === MOST_KEYS) this.#gathering = null;
    return (await gathering.rows).get(key) ?? null;
  }

  #gather(): Gathering<Row> {
    const keys = new Set<string>();
    const rows = setImmediate().then(() => {
      // From here on it may read: who comes now needs another.
      if (this.#gathering?.keys === keys) this.#gathering = null;
      return this.unitOfWork.read((manager) => this.readRows(manager, [...keys]));
    });
    this.#gathering = { keys, rows };
    return this.#gathering;
  }
}
