import type { QueryRunner } from 'typeorm';

export function isPostgres(runner: QueryRunner): boolean {
  return runner.dataSource.options.type === 'postgres';
}

/** What the database calls a column of bytes. */
export function binaryType(runner: QueryRunner): 'bytea' | 'blob' {
  return isPostgres(runner) ? 'bytea' : 'blob';
}
