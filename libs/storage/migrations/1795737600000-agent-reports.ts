import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { isPostgres } from './dialect.js';

const AGENT_REPORTS = new Table({
  name: 'agent_reports',
  columns: [
    { name: 'edge', type: 'varchar', isPrimary: true, primaryKeyConstraintName: 'pk_agent_reports' },
    { name: 'author', type: 'varchar' },
    { name: 'number', type: 'bigint' },
    { name: 'report', type: 'text' },
  ],
});

/** Reports on their way between control planes. */
export class AgentReports1795737600000 implements MigrationInterface {
  readonly name = 'AgentReports1795737600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(AGENT_REPORTS);
    if (!isPostgres(runner)) return;
    // Reports come again every few seconds, so they need not survive a crash, nor go through the log of transactions.
    await runner.query('ALTER TABLE agent_reports SET UNLOGGED');
    // Every row changes every few seconds: room in its page spares the index, and dead rows are to be swept up often.
    await runner.query(
      'ALTER TABLE agent_reports SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(AGENT_REPORTS.name);
  }
}
