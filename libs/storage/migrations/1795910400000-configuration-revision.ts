import { randomUUID } from 'node:crypto';
import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { isPostgres } from './dialect.js';

const CONFIGURATION_REVISION = new Table({
  name: 'configuration_revision',
  columns: [
    { name: 'id', type: 'integer', isPrimary: true, primaryKeyConstraintName: 'pk_configuration_revision' },
    { name: 'revision', type: 'varchar' },
  ],
});

/**
 * The database renews the revision by itself: during an upgrade older control planes still write that know nothing of it. Whatever
 * makes `resources` anew, as SQLite has to for most changes to a table, must make these again.
 */
const POSTGRES_UP = [
  `CREATE FUNCTION renew_configuration_revision() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN UPDATE configuration_revision SET revision = gen_random_uuid()::varchar; RETURN NULL; END $$`,
  `CREATE TRIGGER renew_configuration_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON resources
    FOR EACH STATEMENT EXECUTE FUNCTION renew_configuration_revision()`,
];
const POSTGRES_DOWN = [
  'DROP TRIGGER renew_configuration_revision ON resources',
  'DROP FUNCTION renew_configuration_revision()',
];

const SQLITE_EVENTS = ['insert', 'update', 'delete'];
const SQLITE_UP = SQLITE_EVENTS.map(
  (event) =>
    `CREATE TRIGGER renew_configuration_revision_on_${event} AFTER ${event} ON resources
      BEGIN UPDATE configuration_revision SET revision = hex(randomblob(16)); END`,
);
const SQLITE_DOWN = SQLITE_EVENTS.map((event) => `DROP TRIGGER renew_configuration_revision_on_${event}`);

export class ConfigurationRevision1795910400000 implements MigrationInterface {
  readonly name = 'ConfigurationRevision1795910400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(CONFIGURATION_REVISION);
    await runner.query(`INSERT INTO configuration_revision (id, revision) VALUES (1, '${randomUUID()}')`);
    for (const statement of isPostgres(runner) ? POSTGRES_UP : SQLITE_UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of isPostgres(runner) ? POSTGRES_DOWN : SQLITE_DOWN) await runner.query(statement);
    await runner.dropTable(CONFIGURATION_REVISION.name);
  }
}
