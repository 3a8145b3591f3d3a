import type { Configuration } from '../model/configuration.js';
import type { LoadBalancer, OriginReference, Policy } from '../model/load-balancer.js';
import type { OriginName } from '../model/name.js';
import type { Origin } from '../model/origin.js';
import type { LoadBalancerChange, OriginChange, ReferenceChange, WhatIfChanges } from './what-if-changes.js';

/**
 * The configuration as it would be with the changes, at the pace that operators declared: what a comparison with a
 * hypothetical plan is told from. The changes must name only what there is.
 */
export function hypotheticalConfiguration(base: Configuration, changes: WhatIfChanges): Configuration {
  const removed = new Set(
    (changes.origins ?? []).filter(({ isRemoved }) => isRemoved === true).map(({ origin }) => origin),
  );
  const lost = new Set((changes.edges ?? []).filter(({ isLost }) => isLost === true).map(({ edge }) => edge));
  return {
    origins: base.origins
      .filter(({ name }) => !removed.has(name))
      .map((origin) => applyAll(origin, changes.origins, (change) => change.origin === origin.name, changedOrigin)),
    loadBalancers: base.loadBalancers
      .map((balancer) =>
        applyAll(balancer, changes.loadBalancers, (change) => change.loadBalancer === balancer.name, changedBalancer),
      )
      .map((balancer) => ({ ...balancer, origins: balancer.origins.filter(({ origin }) => !removed.has(origin)) })),
    edges: base.edges
      .filter(({ name }) => !lost.has(name))
      .map((edge) =>
        applyAll(
          edge,
          changes.edges,
          (change) => change.edge === edge.name,
          (changed, { state }) => ({ ...changed, state: state ?? changed.state }),
        ),
      ),
  };
}

function applyAll<Resource, Change>(
  resource: Resource,
  changes: readonly Change[] = [],
  concerns: (change: Change) => boolean,
  apply: (resource: Resource, change: Change) => Resource,
): Resource {
  return changes.filter(concerns).reduce(apply, resource);
}

function changedOrigin(origin: Origin, { capacityRate, state }: OriginChange): Origin {
  const changed = { ...origin, state: state ?? origin.state };
  if (capacityRate === undefined) return changed;
  const capacity = { ...origin.capacity, rate: capacityRate ?? undefined };
  return { ...changed, capacity, utilization: undefined };
}

function changedBalancer(balancer: LoadBalancer, change: LoadBalancerChange): LoadBalancer {
  const removed = new Set<OriginName>(change.removedOrigins ?? []);
  const origins = balancer.origins
    .filter(({ origin }) => !removed.has(origin))
    .map((used) => applyAll(used, change.references, ({ origin }) => origin === used.origin, changedReference));
  return {
    ...balancer,
    origins: [...origins, ...(change.addedOrigins ?? [])],
    policy: changedPolicy(balancer.policy, change.policy),
  };
}

function changedReference(used: OriginReference, { dialPercent, maxRate, tier }: ReferenceChange): OriginReference {
  return {
    ...used,
    dialPercent: dialPercent ?? used.dialPercent,
    tier: tier ?? used.tier,
    maxRate: maxRate === undefined ? used.maxRate : (maxRate ?? undefined),
  };
}

/** A field that is present and undefined changes nothing, as everywhere. */
function changedPolicy(policy: Policy, patch: Partial<Policy> = {}): Policy {
  const stated = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...policy, ...Object.fromEntries(stated) };
}
