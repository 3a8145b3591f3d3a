import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import type { EntityMetadata, QueryRunner } from 'typeorm';
import type { DatabaseLocation } from '../database-location.js';
import { connectDatabase } from '../open-database.js';
import { transactionRules } from '../transaction-rules.js';
import {
  BACKUP_FORMAT,
  BACKUP_VERSION,
  type BackupHeader,
  type BackupRow,
  TABLES_LEFT_OUT,
  toStored,
} from './backup-format.js';

/** Rows in memory at a time; the largest has a quarter of a megabyte. */
const PAGE = 20;

/**
 * Writes all that a database holds at one instant into a file, readable by its owner alone, while control planes go on using
 * it. Answers the number of rows. The file is there whole or not at all; one that exists already is refused.
 */
export async function writeBackup(location: DatabaseLocation, path: string, nowMs: number): Promise<number> {
  if (await exists(path)) throw new Error(`${path} exists already; a backup replaces nothing`);
  const dataSource = await connectDatabase(location);
  const draft = `${path}.partial`;
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query(transactionRules(dataSource).beginReading);
    const writer = await BackupWriter.create(draft);
    await writer.header({
      format: BACKUP_FORMAT,
      version: BACKUP_VERSION,
      createdAt: new Date(nowMs).toISOString(),
      migrations: dataSource.migrations.map(({ name }) => name ?? ''),
    });
    for (const table of dataSource.entityMetadatas) {
      if (!TABLES_LEFT_OUT.has(table.tableName)) await writeTable(runner, table, writer);
    }
    const rows = await writer.finish();
    await rename(draft, path);
    return rows;
  } finally {
    await rm(draft, { force: true });
    await runner.query('ROLLBACK').catch(() => undefined);
    await runner.release();
    await dataSource.destroy();
  }
}

async function writeTable(runner: QueryRunner, table: EntityMetadata, writer: BackupWriter): Promise<void> {
  const { driver } = runner.dataSource;
  const bigColumns = new Set(
    table.columns.filter(({ type }) => type === 'bigint').map(({ databaseName }) => databaseName),
  );
  const key = table.primaryColumns.map(({ databaseName }) => driver.escape(databaseName)).join(', ');
  for (let offset = 0; ; offset += PAGE) {
    const rows = await runner.manager.query<Record<string, unknown>[]>(
      `SELECT * FROM ${driver.escape(table.tableName)} ORDER BY ${key} LIMIT ${PAGE} OFFSET ${offset}`,
    );
    for (const row of rows) {
      const stored = Object.entries(row).map(([column, value]) => [column, toStored(value, bigColumns.has(column))]);
      await writer.row({ table: table.tableName, row: Object.fromEntries(stored) as BackupRow['row'] });
    }
    if (rows.length < PAGE) return;
  }
}

class BackupWriter {
  readonly #hash = createHash('sha256');
  #rows = 0;

  private constructor(private readonly file: FileHandle) {}

  static async create(path: string): Promise<BackupWriter> {
    return new BackupWriter(await open(path, 'w', 0o600));
  }

  header(header: BackupHeader): Promise<void> {
    return this.#line(header);
  }

  row(row: BackupRow): Promise<void> {
    this.#rows += 1;
    return this.#line(row);
  }

  /** Answers the number of rows, once all of them are on the disk. */
  async finish(): Promise<number> {
    await this.file.write(`${JSON.stringify({ rows: this.#rows, sha256: this.#hash.digest('hex') })}\n`);
    await this.file.sync();
    await this.file.close();
    return this.#rows;
  }

  async #line(document: object): Promise<void> {
    const line = `${JSON.stringify(document)}\n`;
    this.#hash.update(line);
    await this.file.write(line);
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
