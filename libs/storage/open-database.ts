import { chmod, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import libsql from 'libsql';
import { DataSource, MigrationExecutor } from 'typeorm';
import { cycleEntity } from './entities/cycle-entity.js';
import { archivePartEntity } from './entities/archive-part-entity.js';
import { deletedLoadBalancerEntity } from './entities/deleted-load-balancer-entity.js';
import { eventEntity, eventSequenceEntity } from './entities/event-entity.js';
import { publishedEdgeDocumentEntity } from './entities/published-edge-document-entity.js';
import { resourceEntity } from './entities/resource-entity.js';
import { schedulerEntity } from './entities/scheduler-entity.js';
import { tokenEntity } from './entities/token-entity.js';
import { MIGRATIONS } from './migrations/migrations.js';

/** How long a statement waits for another process that has the file locked, such as a backup. */
const BUSY_TIMEOUT_MS = 5_000;

/** The database knows migrations that this version does not. Running on would misread or damage it. */
export class DatabaseTooNew extends Error {
  override readonly name = 'DatabaseTooNew';

  constructor(
    readonly path: string,
    readonly unknownMigrations: readonly string[],
  ) {
    super(
      `database ${path} was written by a newer version of Weir (it has ${unknownMigrations.join(', ')}); ` +
        'run that version, or restore a backup from before the upgrade',
    );
  }
}

/**
 * Opens the embedded database and brings its schema up to date. Creates file and directories, readable by their owner
 * alone. Throws `DatabaseTooNew`, or the database's own error when the file cannot be used. A `UnitOfWork` around what
 * it answers is the only safe way to use it, and to close it.
 */
export async function openDatabase({ path }: { readonly path: string }): Promise<DataSource> {
  await createPrivateFile(path);
  const dataSource = await embeddedDataSource(path).initialize();
  try {
    await refuseNewerSchema(dataSource, path);
    await dataSource.runMigrations();
    return dataSource;
  } catch (failure) {
    await dataSource.destroy();
    throw failure;
  }
}

/** SQLite gives its journal files the mode of the database file. */
async function createPrivateFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'a', 0o600);
  await file.close();
  await chmod(path, 0o600);
}

function embeddedDataSource(path: string): DataSource {
  return new DataSource({
    type: 'better-sqlite3',
    driver: libsql,
    database: path,
    timeout: BUSY_TIMEOUT_MS,
    enableWAL: true,
    // In WAL mode anything less than FULL may lose the last commits when the power fails. The driver turns foreign keys on.
    prepareDatabase: (connection: Pragmas) => {
      connection.pragma('synchronous = FULL');
    },
    entities: [
      resourceEntity,
      deletedLoadBalancerEntity,
      schedulerEntity,
      cycleEntity,
      archivePartEntity,
      publishedEdgeDocumentEntity,
      tokenEntity,
      eventEntity,
      eventSequenceEntity,
    ],
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
  });
}

interface Pragmas {
  pragma(statement: string): unknown;
}

async function refuseNewerSchema(dataSource: DataSource, path: string): Promise<void> {
  const known = new Set(dataSource.migrations.map((migration) => migration.name));
  const executed = await new MigrationExecutor(dataSource).getExecutedMigrations();
  const unknown = executed.map(({ name }) => name).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new DatabaseTooNew(path, unknown);
}
