import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { openDatabase } from '#storage/open-database.js';
import { TypeormConfigurationStore } from '#storage/typeorm-configuration-store.js';
import { UnitOfWork } from '#storage/unit-of-work.js';
import { anEdge, anOrigin } from '#testkit/model-builders.js';

/**
 * Changes the configuration in a database, given by its path or its address, until the process is killed: each change puts an origin and an
 * edge of one new name. Writes the name to standard output, synchronously, once the change was acknowledged.
 */
export async function writeUntilKilled(database: string): Promise<never> {
  const location = database.startsWith('postgres://') ? { url: database } : { path: database };
  const store = new TypeormConfigurationStore(new UnitOfWork(await openDatabase(location)));
  for (;;) {
    const name = randomUUID();
    await store.change(() => ({
      writes: [
        { action: 'put', kind: 'origin', resource: anOrigin(name) },
        { action: 'put', kind: 'edge', resource: anEdge(name) },
      ],
      answer: null,
    }));
    writeSync(1, `${name}\n`);
  }
}
