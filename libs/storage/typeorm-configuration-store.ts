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
import { resourceEntity } from './entities/resource-entity.js';
import { readDeletions, rememberDeletion } from './load-balancer-deletions.js';
import { toConfiguration, toResourceRow, withWrites } from './mappers/configuration-mapper.js';
import { announce } from './postgres/announce.js';
import type { UnitOfWork } from './unit-of-work.js';

/**
 * Keeps what operators declared in a database. All stores of one database share its `UnitOfWork`. What was last read or written
 * is remembered: every agent's report asks for it, and a change that read ten thousand load balancers to add one would take as
 * long as all before it together. Hence one store for each database and process; where other control planes change the same
 * database, only for as long as it is told of what they change, and each change reads it anew.
 */
export class TypeormConfigurationStore implements ConfigurationStore, ConfigurationMemory {
  readonly #unitOfWork: UnitOfWork;
  #lastRead: Configuration | null = null;
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
    this.#lastRead = null;
  }

  deletedLoadBalancers(): Promise<readonly DeletedLoadBalancer[]> {
    return this.#unitOfWork.read((manager) => readDeletions(manager, this.nowMs()));
  }

  async snapshot(): Promise<Configuration> {
    if (this.#lastRead !== null && this.#changesUnderWay === 0) return this.#lastRead;
    const epoch = this.#epoch;
    const configuration = await this.#unitOfWork.read((manager) => this.#read(manager));
    const isNewest = epoch === this.#epoch && this.#changesUnderWay === 0;
    if (isNewest && this.#isRemembering) this.#lastRead = configuration;
    return configuration;
  }

  async change<Answer>(decide: (current: Configuration) => ConfigurationChange<Answer>): Promise<Answer> {
    if (this.#unitOfWork.isShared) this.forget();
    this.#changesUnderWay += 1;
    try {
      const { answer, changed, epoch } = await this.#unitOfWork.run((manager) => this.#change(manager, decide));
      if (epoch === this.#epoch && !this.#unitOfWork.isShared) this.#lastRead = changed;
      return answer;
    } finally {
      this.#changesUnderWay -= 1;
      if (this.#unitOfWork.isShared) this.forget();
    }
  }

  async #change<Answer>(
    manager: EntityManager,
    decide: (current: Configuration) => ConfigurationChange<Answer>,
  ): Promise<{ readonly answer: Answer; readonly changed: Configuration; readonly epoch: number }> {
    const current = await this.#read(manager);
    const { writes, answer, events = [] } = decide(current);
    // Until it is known that all of it is stored, whoever comes next must look.
    this.forget();
    const epoch = this.#epoch;
    for (const write of writes) {
      await apply(manager, write);
      await rememberDeletion(manager, write, this.nowMs());
    }
    await appendEvents(manager, events);
    if (writes.length > 0) await announce(manager, 'configuration', this.#unitOfWork.author);
    return { answer, changed: unchangeable(withWrites(current, writes)), epoch };
  }

  /** Transactions of a database that nobody else changes come one after the other: what is remembered is what it holds. */
  async #read(manager: EntityManager): Promise<Configuration> {
    return (this.#unitOfWork.isShared ? null : this.#lastRead) ?? (await readConfiguration(manager));
  }
}

/** Everybody is given the same lists; to copy ten thousand entries for each report would cost more than the report. */
function unchangeable(configuration: Configuration): Configuration {
  for (const list of Object.values(configuration)) Object.freeze(list);
  return Object.freeze(configuration);
}

async function readConfiguration(manager: EntityManager): Promise<Configuration> {
  return unchangeable(toConfiguration(await manager.find(resourceEntity)));
}

async function apply(manager: EntityManager, write: ConfigurationWrite): Promise<void> {
  if (write.action === 'put') await manager.upsert(resourceEntity, toResourceRow(write), ['kind', 'name']);
  else await manager.delete(resourceEntity, { kind: write.kind, name: write.name });
}
