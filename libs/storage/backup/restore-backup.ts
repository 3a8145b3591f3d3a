import type { DataSource, EntityMetadata, QueryRunner } from 'typeorm';
import { type DatabaseLocation, describeLocation } from '../database-location.js';
import { MIGRATIONS } from '../migrations/migrations.js';
import { connectDatabase, migrateDatabase } from '../open-database.js';
import { SCHEDULER_LOCK } from '../postgres/advisory-locks.js';
import { transactionRules } from '../transaction-rules.js';
import { type BackupRow, DamagedBackup, fromStored, TABLES_LEFT_OUT } from './backup-format.js';
import { rowsOf, verifyBackup } from './read-backup.js';

/** What is in the database would be lost. */
export class DatabaseNotEmpty extends Error {
  override readonly name = 'DatabaseNotEmpty';
}

/** A control plane would go on from what it has in memory. */
export class DatabaseInUse extends Error {
  override readonly name = 'DatabaseInUse';
}

/**
 * Puts a backup into a database, of either kind: all of it, or nothing. The backup may be of an earlier version of Weir, but
 * then only into an empty database. `isReplacing`: what the database holds is given up. No control plane may be using it;
 * on PostgreSQL one that leads is noticed. Answers the number of rows.
 */
export async function restoreBackup(
  location: DatabaseLocation,
  path: string,
  { isReplacing }: { readonly isReplacing: boolean },
): Promise<number> {
  const { migrations } = await verifyBackup(path);
  const target = knownMigration(migrations, path);
  await migrateDatabase(location);
  if (!isReplacing || target !== MIGRATIONS.at(-1)?.name) await refuseUnlessEmpty(location);
  await migrateDatabase(location, target);
  const rows = await fill(location, path, target);
  await migrateDatabase(location);
  return rows;
}

/** The newest migration the backup had. */
function knownMigration(migrations: readonly string[], path: string): string {
  const isKnown = migrations.every((name, index) => MIGRATIONS[index]?.name === name);
  const newest = migrations.at(-1);
  if (newest === undefined || !isKnown) {
    throw new DamagedBackup(`${path} was written by a newer version of Weir; restore it with that version`);
  }
  return newest;
}

/** Tables whose one row is there from the beginning: what tells that it was ever written. */
const IN_USE: ReadonlyMap<string, string> = new Map([
  ['scheduler', 'term > 0'],
  ['event_sequence', 'last_sequence > 0'],
]);

async function refuseUnlessEmpty(location: DatabaseLocation): Promise<void> {
  const dataSource = await connectDatabase(location);
  try {
    for (const { tableName } of tablesOf(dataSource)) {
      const condition = IN_USE.get(tableName) ?? 'true';
      const rows: unknown[] = await dataSource.query(`SELECT 1 FROM ${tableName} WHERE ${condition} LIMIT 1`);
      if (rows.length === 0) continue;
      throw new DatabaseNotEmpty(
        `${describeLocation(location)} is not empty; restore into a new database, or give it up with --replace ` +
          '(only for a backup of this version of Weir)',
      );
    }
  } finally {
    await dataSource.destroy();
  }
}

async function fill(location: DatabaseLocation, path: string, target: string): Promise<number> {
  const dataSource = await connectDatabase(location, target);
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query(transactionRules(dataSource).begin);
    await refuseWhileLed(runner, location);
    const tables = await present(runner, tablesOf(dataSource));
    for (const { tableName } of tables) await runner.query(`DELETE FROM ${tableName}`);
    let rows = 0;
    for await (const row of rowsOf(path)) {
      await insert(runner, row);
      rows += 1;
    }
    for (const table of tables) await continueNumbers(runner, table);
    await runner.query('COMMIT');
    return rows;
  } catch (failure) {
    await runner.query('ROLLBACK').catch(() => undefined);
    throw failure;
  } finally {
    await runner.release();
    await dataSource.destroy();
  }
}

function tablesOf(dataSource: DataSource): readonly EntityMetadata[] {
  return dataSource.entityMetadatas.filter(({ tableName }) => !TABLES_LEFT_OUT.has(tableName));
}

/** Without the tables that migrations after the backup's will bring. */
async function present(runner: QueryRunner, tables: readonly EntityMetadata[]): Promise<readonly EntityMetadata[]> {
  const found: EntityMetadata[] = [];
  for (const table of tables) if (await runner.hasTable(table.tableName)) found.push(table);
  return found;
}

async function refuseWhileLed(runner: QueryRunner, location: DatabaseLocation): Promise<void> {
  if (runner.dataSource.options.type !== 'postgres') return;
  // Held until the end of the transaction, so that none begins to lead meanwhile.
  const rows = await runner.manager.query<{ isFree: boolean }[]>(
    `SELECT pg_try_advisory_xact_lock(${SCHEDULER_LOCK}) AS "isFree"`,
  );
  if (rows[0]?.isFree === true) return;
  throw new DatabaseInUse(`a control plane is using ${describeLocation(location)}; stop all of them first`);
}

async function insert(runner: QueryRunner, { table, row }: BackupRow): Promise<void> {
  const { driver } = runner.dataSource;
  const columns = Object.keys(row);
  const names = columns.map((column) => driver.escape(column)).join(', ');
  const isPostgres = driver.options.type === 'postgres';
  const parameters = columns.map((_, index) => (isPostgres ? `$${index + 1}` : '?')).join(', ');
  const values = Object.values(row).map(fromStored);
  await runner.query(`INSERT INTO ${driver.escape(table)} (${names}) VALUES (${parameters})`, values);
}

/** PostgreSQL numbers rows from a sequence of its own, which does not see what was put in. */
async function continueNumbers(runner: QueryRunner, { tableName, generatedColumns }: EntityMetadata): Promise<void> {
  if (runner.dataSource.options.type !== 'postgres') return;
  for (const { databaseName } of generatedColumns) {
    await runner.query(
      `SELECT setval(pg_get_serial_sequence('${tableName}', '${databaseName}'), max(${databaseName})) FROM ${tableName}`,
    );
  }
}
