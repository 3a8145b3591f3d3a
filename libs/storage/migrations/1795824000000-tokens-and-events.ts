import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

const bigint = (name: string): TableColumnOptions => ({ name, type: 'bigint' });
const text = (name: string): TableColumnOptions => ({ name, type: 'text' });
const integer = (name: string): TableColumnOptions => ({ name, type: 'integer' });
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

const EVENTS = new Table({
  name: 'events',
  columns: [
    primary(bigint('sequence'), 'pk_events'),
    bigint('at_ms'),
    varchar('type'),
    varchar('resource'),
    nullable(varchar('actor')),
    nullable(varchar('request_id')),
    text('summary'),
    nullable(text('content_before')),
    nullable(text('content_after')),
  ],
  indices: [
    { name: 'ix_events_resource', columnNames: ['resource', 'sequence'] },
    { name: 'ix_events_at_ms', columnNames: ['at_ms'] },
  ],
});

const EVENT_SEQUENCE = new Table({
  name: 'event_sequence',
  columns: [primary(integer('id'), 'pk_event_sequence'), bigint('last_sequence')],
});

const TABLES = [TOKENS, EVENTS, EVENT_SEQUENCE];

export class TokensAndEvents1795824000000 implements MigrationInterface {
  readonly name = 'TokensAndEvents1795824000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.createTable(table);
    await runner.query('INSERT INTO event_sequence (id, last_sequence) VALUES (1, 0)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES.toReversed()) await runner.dropTable(table.name);
  }
}
