import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

const bigint = (name: string): TableColumnOptions => ({ name, type: 'bigint' });
const varchar = (name: string): TableColumnOptions => ({ name, type: 'varchar' });
const nullable = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });
const primary = (column: TableColumnOptions, primaryKeyConstraintName: string): TableColumnOptions => ({
  ...column,
  isPrimary: true,
  primaryKeyConstraintName,
});

const TOKENS = new Table({
  name: 'tokens',
  columns: [
    primary(varchar('id'), 'pk_tokens'),
    varchar('name'),
    varchar('role'),
    nullable(varchar('edge')),
    varchar('digest'),
    bigint('created_at_ms'),
    nullable(bigint('expires_at_ms')),
    nullable(bigint('last_used_at_ms')),
  ],
  uniques: [{ name: 'uq_tokens_name', columnNames: ['name'] }],
});

const TABLES = [TOKENS];

export class TokensAndEvents1795737600000 implements MigrationInterface {
  readonly name = 'TokensAndEvents1795737600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.createTable(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES.toReversed()) await runner.dropTable(table.name);
  }
}
