import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';
import { binaryType } from './dialect.js';

const bigint = (name: string): TableColumnOptions => ({ name, type: 'bigint' });
const text = (name: string): TableColumnOptions => ({ name, type: 'text' });
const integer = (name: string): TableColumnOptions => ({ name, type: 'integer' });
type BlobColumn = (name: string) => TableColumnOptions;
const varchar = (name: string): TableColumnOptions => ({ name, type: 'varchar' });
const nullable = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });
const primary = (column: TableColumnOptions, primaryKeyConstraintName: string): TableColumnOptions => ({
  ...column,
  isPrimary: true,
  primaryKeyConstraintName,
});

const RESOURCES = new Table({
  name: 'resources',
  columns: [primary(varchar('kind'), 'pk_resources'), primary(varchar('name'), 'pk_resources'), text('document')],
});

const SCHEDULER = new Table({
  name: 'scheduler',
  columns: [primary(integer('id'), 'pk_scheduler'), varchar('mode'), bigint('term'), bigint('generation')],
});

const CYCLES = new Table({
  name: 'cycles',
  columns: [
    {
      ...primary(integer('id'), 'pk_cycles'),
      isGenerated: true,
      generationStrategy: 'increment',
    },
    bigint('started_at_ms'),
    { name: 'duration_ms', type: 'double precision' },
    varchar('triggered_by'),
    varchar('mode'),
    text('outcome'),
    nullable(bigint('published_term')),
    nullable(bigint('published_generation')),
    bigint('archive_bytes'),
  ],
});

const archiveParts = (blob: BlobColumn): Table =>
  new Table({
    name: 'archive_parts',
    columns: [
      primary(integer('cycle'), 'pk_archive_parts'),
      primary(varchar('document'), 'pk_archive_parts'),
      primary(integer('part'), 'pk_archive_parts'),
      blob('bytes'),
    ],
  });

const publishedEdgeDocuments = (blob: BlobColumn): Table =>
  new Table({
    name: 'published_edge_documents',
    columns: [
      primary(varchar('edge'), 'pk_published_edge_documents'),
      bigint('term'),
      bigint('generation'),
      varchar('digest'),
      blob('document'),
    ],
  });

/** In the order of their creation. */
function tables(runner: QueryRunner): readonly Table[] {
  const blob: BlobColumn = (name) => ({ name, type: binaryType(runner) });
  return [RESOURCES, SCHEDULER, CYCLES, archiveParts(blob), publishedEdgeDocuments(blob)];
}

export class Initial1795219200000 implements MigrationInterface {
  readonly name = 'Initial1795219200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables(runner)) await runner.createTable(table);
    await runner.query(`INSERT INTO scheduler (id, mode, term, generation) VALUES (1, 'running', 0, 0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables(runner).toReversed()) await runner.dropTable(table.name);
  }
}
