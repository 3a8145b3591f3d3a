import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const DELETED_LOAD_BALANCERS = new Table({
  name: 'deleted_load_balancers',
  columns: [
    { name: 'name', type: 'varchar', isPrimary: true, primaryKeyConstraintName: 'pk_deleted_load_balancers' },
    { name: 'deleted_at_ms', type: 'bigint' },
  ],
});

export class DeletedLoadBalancers1795651200000 implements MigrationInterface {
  readonly name = 'DeletedLoadBalancers1795651200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(DELETED_LOAD_BALANCERS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(DELETED_LOAD_BALANCERS.name);
  }
}
