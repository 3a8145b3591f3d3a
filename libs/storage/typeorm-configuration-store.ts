import type { EntityManager } from 'typeorm';
import type { Configuration } from '#core/model/configuration.js';
import type { ConfigurationChange, ConfigurationStore, ConfigurationWrite } from '#core/ports/configuration-store.js';
import { resourceEntity } from './entities/resource-entity.js';
import { toConfiguration, toResourceRow } from './mappers/configuration-mapper.js';
import type { UnitOfWork } from './unit-of-work.js';

/** Keeps what operators declared in a database. All stores of one database share its `UnitOfWork`. */
export class TypeormConfigurationStore implements ConfigurationStore {
  readonly #unitOfWork: UnitOfWork;

  constructor(unitOfWork: UnitOfWork) {
    this.#unitOfWork = unitOfWork;
  }

  snapshot(): Promise<Configuration> {
    return this.#unitOfWork.run(readConfiguration);
  }

  change<Answer>(decide: (current: Configuration) => ConfigurationChange<Answer>): Promise<Answer> {
    return this.#unitOfWork.run(async (manager) => {
      const { writes, answer } = decide(await readConfiguration(manager));
      for (const write of writes) await apply(manager, write);
      return answer;
    });
  }
}

async function readConfiguration(manager: EntityManager): Promise<Configuration> {
  return toConfiguration(await manager.find(resourceEntity));
}

async function apply(manager: EntityManager, write: ConfigurationWrite): Promise<void> {
  if (write.action === 'put') await manager.upsert(resourceEntity, toResourceRow(write), ['kind', 'name']);
  else await manager.delete(resourceEntity, { kind: write.kind, name: write.name });
}
