import type { ConfigurationWrite } from '#core/ports/configuration-store.js';
import { tableEntity } from './table-entity.js';

export type ResourceKind = ConfigurationWrite['kind'];

/** One load balancer, origin or edge as operators declared it. */
export interface ResourceRow {
  readonly kind: ResourceKind;
  readonly name: string;
  /** The resource as JSON. */
  readonly document: string;
}

/** All kinds share one table, so that a snapshot is one statement and hence consistent on any database. */
export const resourceEntity = tableEntity<ResourceRow>('resources', {
  kind: { type: 'varchar', primary: true, primaryKeyConstraintName: 'pk_resources' },
  name: { type: 'varchar', primary: true, primaryKeyConstraintName: 'pk_resources' },
  document: { type: 'text' },
});
