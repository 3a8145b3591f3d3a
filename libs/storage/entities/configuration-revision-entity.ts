import { tableEntity } from './table-entity.js';

/**
 * Names what `resources` holds: it changes with every change to that table, whoever makes it, and never to a name that was. The
 * table has exactly one row; its migration puts it there.
 */
export interface ConfigurationRevisionRow {
  readonly id: number;
  readonly revision: string;
}

export const CONFIGURATION_REVISION_ROW_ID = 1;

export const configurationRevisionEntity = tableEntity<ConfigurationRevisionRow>('configuration_revision', {
  id: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_configuration_revision' },
  revision: { type: 'varchar' },
});
