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
import { toConfiguration, toResourceRow } from './mappers/configuration-mapper.js';
import { announce } from './postgres/announce.js';
import type { UnitOfWork } from './unit-of-work.js';

/**
 * Keeps what operators declared in a database. All stores of one database share its `UnitOfWork`. What was last read is
 * remembered: every agent's report asks for it. Hence one store for each database and process; where other control planes
 * change the same database, only for as long as it is told of what they change.
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
    if (this.#lastRead !== null) return copyOf(this.#lastRead);
    const epoch = this.#epoch;
    const configuration = await this.#unitOfWork.read(readConfiguration);
    const isNewest = epoch === this.#epoch && this.#changesUnderWay === 0;
    if (isNewest && this.#isRemembering) this.#lastRead = configuration;
    return copyOf(configuration);
  }

  async change<Answer>(decide: (current: Configuration) => ConfigurationChange<Answer>): Promise<Answer> {
    this.forget();
    this.#changesUnderWay += 1;
    try {
      return await this.#unitOfWork.run(async (manager) => {
        const { writes, answer, events = [] } = decide(await readConfiguration(manager));
        for (const write of writes) {
          await apply(manager, write);
          await rememberDeletion(manager, write, this.nowMs());
        }
        await appendEvents(manager, events);
        if (writes.length > 0) await announce(manager, 'configuration', this.#unitOfWork.author);
        return answer;
      });
    } finally {
      this.#changesUnderWay -= 1;
      this.forget();
    }
  }
}

/** Lists of its own for each caller; what is in them is not to be changed by anybody. */
function copyOf({ loadBalancers, origins, edges }: Configuration): Configuration {
  return { loadBalancers: [...loadBalancers], origins: [...origins], edges: [...edges] };
}

async function readConfiguration(manager: EntityManager): Promise<Configuration> {
  return toConfiguration(await manager.find(resourceEntity));
}

async function apply(manager: EntityManager, write: ConfigurationWrite): Promise<void> {
  if (write.action === 'put') await manager.upsert(resourceEntity, toResourceRow(write), ['kind', 'name']);
  else await manager.delete(resourceEntity, { kind: write.kind, name: write.name });
}
