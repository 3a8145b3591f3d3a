import type { EntityManager } from 'typeorm';
import type { Configuration } from '#core/model/configuration.js';
import type { DeletedLoadBalancer } from '#core/model/deleted-load-balancer.js';
import type {
  ConfigurationChange,
  ConfigurationMemory,
  ConfigurationStore,
  ConfigurationWrite,
} from '#core/ports/configuration-store.js';
import { appendEvents } from './append-events.js';
import {
  CONFIGURATION_REVISION_ROW_ID,
  configurationRevisionEntity,
} from './entities/configuration-revision-entity.js';
import { resourceEntity } from './entities/resource-entity.js';
import { readDeletions, rememberDeletion } from './load-balancer-deletions.js';
import { toConfiguration, toResourceRow, withWrites } from './mappers/configuration-mapper.js';
import { announce } from './postgres/announce.js';
import type { UnitOfWork } from './unit-of-work.js';

/** What the database holds as long as its revision is this one. */
interface Stored {
  readonly revision: string;
  readonly configuration: Configuration;
}

/**
 * Keeps what operators declared in a database. All stores of one database share its `UnitOfWork`. What was last read or written
 * is kept with its revision, and read again only where the database has another: a change that read ten thousand load balancers
 * to add one would take as long as all before it together. Where nobody else changes the database, or for as long as one is told
 * of what others change, a snapshot does not even ask for the revision: every agent's report needs one.
 */
export class TypeormConfigurationStore implements ConfigurationStore, ConfigurationMemory {
  readonly #unitOfWork: UnitOfWork;
  #known: Stored | null = null;
  /** What may be answered without asking. */
  #newest: Configuration | null = null;
  #isRemembering: boolean;
  /** Grows with everything that may make a reading old. */
  #epoch = 0;
  #changesUnderWay = 0;

  constructor(
    unitOfWork: UnitOfWork,
    private readonly nowMs: () => number = Date.now,
  ) {
    this.#unitOfWork = unitOfWork;
    this.#isRemembering = !unitOfWork.isShared;
  }

  setRemembering(isRemembering: boolean): void {
    this.#isRemembering = isRemembering;
    this.forget();
  }

  forget(): void {
    this.#epoch += 1;
    this.#newest = null;
  }

  deletedLoadBalancers(): Promise<readonly DeletedLoadBalancer[]> {
    return this.#unitOfWork.read((manager) => readDeletions(manager, this.nowMs()));
  }

  async snapshot(): Promise<Configuration> {
    if (this.#newest !== null && this.#changesUnderWay === 0) return this.#newest;
    const epoch = this.#epoch;
    const { configuration } = await this.#unitOfWork.read((manager) => this.#read(manager));
    const isNewest = epoch === this.#epoch && this.#changesUnderWay === 0;
    if (isNewest && this.#isRemembering) this.#newest = configuration;
    return configuration;
  }

  async change<Answer>(decide: (current: Configuration) => ConfigurationChange<Answer>): Promise<Answer> {
    this.forget();
    this.#changesUnderWay += 1;
    try {
      const { answer, stored } = await this.#unitOfWork.run((manager) => this.#change(manager, decide));
      this.#known = stored;
      return answer;
    } finally {
      this.#changesUnderWay -= 1;
      // Who asked meanwhile may have been told what was before.
      this.forget();
    }
  }

  async #change<Answer>(
    manager: EntityManager,
    decide: (current: Configuration) => ConfigurationChange<Answer>,
  ): Promise<{ readonly answer: Answer; readonly stored: Stored }> {
    const current = await this.#read(manager);
    const { writes, answer, events = [] } = decide(current.configuration);
    for (const write of writes) {
      await apply(manager, write);
      await rememberDeletion(manager, write, this.nowMs());
    }
    await appendEvents(manager, events);
    if (writes.length === 0) return { answer, stored: current };
    await announce(manager, 'configuration', this.#unitOfWork.author);
    const configuration = unchangeable(withWrites(current.configuration, writes));
    return { answer, stored: { revision: await readRevision(manager), configuration } };
  }

  async #read(manager: EntityManager): Promise<Stored> {
    const revision = await readRevision(manager);
    if (this.#known?.revision === revision) return this.#known;
    const stored = { revision, configuration: await readConfiguration(manager) };
    this.#known = stored;
    return stored;
  }
}

/** Everybody is given the same lists; to copy ten thousand entries for each report would cost more than the report. */
function unchangeable(configuration: Configuration): Configuration {
  for (const list of Object.values(configuration)) Object.freeze(list);
  return Object.freeze(configuration);
}

async function readRevision(manager: EntityManager): Promise<string> {
  const row = await manager.findOneByOrFail(configurationRevisionEntity, { id: CONFIGURATION_REVISION_ROW_ID });
  return row.revision;
}

async function readConfiguration(manager: EntityManager): Promise<Configuration> {
  return unchangeable(toConfiguration(await manager.find(resourceEntity)));
}

async function apply(manager: EntityManager, write: ConfigurationWrite): Promise<void> {
  if (write.action === 'put') await manager.upsert(resourceEntity, toResourceRow(write), ['kind', 'name']);
  else await manager.delete(resourceEntity, { kind: write.kind, name: write.name });
}
