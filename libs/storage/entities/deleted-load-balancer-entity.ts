import { bigInteger } from './big-integer.js';
import { tableEntity } from './table-entity.js';

/** A load balancer that operators deleted, and when. */
export interface DeletedLoadBalancerRow {
  readonly name: string;
  /** Milliseconds since the Unix epoch. */
  readonly deletedAtMs: number;
}

export const deletedLoadBalancerEntity = tableEntity<DeletedLoadBalancerRow>('deleted_load_balancers', {
  name: { type: 'varchar', primary: true, primaryKeyConstraintName: 'pk_deleted_load_balancers' },
  deletedAtMs: { name: 'deleted_at_ms', type: 'bigint', transformer: bigInteger },
});
