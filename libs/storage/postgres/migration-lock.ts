import type { DataSource } from 'typeorm';
import { MIGRATION_LOCK } from './advisory-locks.js';

/** Of several control planes that start on one PostgreSQL at once, one migrates and the others wait for it. */
export async function withMigrationLock<Result>(
  dataSource: DataSource,
  migrate: () => Promise<Result>,
): Promise<Result> {
  if (dataSource.options.type !== 'postgres') return migrate();
  const session = dataSource.createQueryRunner();
  try {
    await session.query(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
    return await migrate();
  } finally {
    // Closing the data source ends the session, and frees the lock with it where this fails.
    await session.query(`SELECT pg_advisory_unlock(${MIGRATION_LOCK})`).catch(() => undefined);
    await session.release();
  }
}
