import { byName, type LoadBalancerName } from './name.js';

/** A load balancer that operators deleted, so that edges can tell that from a control plane that lost its database. */
export interface DeletedLoadBalancer {
  readonly name: LoadBalancerName;
  /** Milliseconds since the Unix epoch. */
  readonly deletedAtMs: number;
}

/** An edge that was away for longer is told nothing, and asks for confirmation where much would go. */
export const DELETION_MEMORY_MS = 30 * 24 * 3_600_000;
export const DELETIONS_KEPT = 1_000;

/** Those still worth telling: young enough, and the youngest of too many. Ordered by name. */
export function rememberedDeletions(
  deleted: readonly DeletedLoadBalancer[],
  nowMs: number,
): readonly DeletedLoadBalancer[] {
  return deleted
    .filter(({ deletedAtMs }) => nowMs - deletedAtMs <= DELETION_MEMORY_MS)
    .sort((one, other) => other.deletedAtMs - one.deletedAtMs || byName(one.name, other.name))
    .slice(0, DELETIONS_KEPT)
    .sort((one, other) => byName(one.name, other.name));
}
