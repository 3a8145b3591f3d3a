import type { Configuration } from '#core/model/configuration.js';
import type { EdgeName } from '#core/model/name.js';
import type { LoadBalancer } from '#core/model/load-balancer.js';
import type { Plan } from '#core/plan/plan.js';
import type { PublicationPoint } from '#core/ports/scheduler-store.js';
import type { FleetEntry } from '../agent-channel/fleet.js';
import type { Shown } from '../http/shown.js';
import type { ShownScheduler } from '../scheduler/scheduler-status.js';
import { originStatus } from '../status/origin-status.js';
import { concernsOf } from './concerns.js';
import { endpointHealth, HEALTHY, type OriginHealth } from './endpoint-health.js';
import { largestFlows } from './largest-flows.js';
import type { overviewSchema } from './overview.schema.js';
import type { PairSum, PlanSums } from './plan-sums.js';

export type Overview = Omit<Shown<typeof overviewSchema>, 'scheduler'> & { readonly scheduler: ShownScheduler };

/** Everything the overview is made of. */
export interface OverviewParts {
  readonly configuration: Configuration;
  readonly plan: Plan | null;
  readonly sums: PlanSums;
  readonly scheduler: ShownScheduler;
  readonly fleet: ReadonlyMap<EdgeName, FleetEntry>;
  readonly published: ReadonlyMap<EdgeName, PublicationPoint>;
  readonly nowMs: number;
  /** So many of the busiest edges and origins are named in its flows. */
  readonly mostFlows: number;
}

/** What an edge says of health counts for as long as it takes to notice that it says nothing. */
const OLDEST_HEALTH_MS = 15_000;

/** How everything stands. */
export function overviewOf(parts: OverviewParts): Overview {
  const { configuration, plan, sums, scheduler, fleet, nowMs, mostFlows } = parts;
  const health = endpointHealth(fleet, OLDEST_HEALTH_MS);
  const origins = configuration.origins.map((origin) =>
    originOverview(origin, plan, health.get(origin.name) ?? HEALTHY),
  );
  const edges = configuration.edges.map((edge) => edgeOverview(edge, parts));
  const { lastCycle } = scheduler;
  const cycleAgeSeconds = lastCycle === null ? null : (nowMs - Date.parse(lastCycle.startedAt)) / 1_000;
  return {
    decidedAt: plan === null ? null : new Date(plan.decidedAtMs).toISOString(),
    scheduler,
    concerns: concernsOf({ configuration, plan, sums, scheduler, cycleAgeSeconds, edges, origins }),
    demand: sums.whole.demand,
    meanRttMs: sums.whole.meanRttMs,
    origins,
    edges,
    loadBalancers: configuration.loadBalancers.map((balancer) => balancerOverview(balancer, sums)),
    flows: largestFlows(sums.flows, mostFlows),
  };
}

function originOverview(
  origin: Configuration['origins'][number],
  plan: Plan | null,
  { endpointsDown, edgesSeeingDown }: OriginHealth,
): Overview['origins'][number] {
  const { load, expectedLoad, capacity, utilization } = originStatus(origin, plan);
  const { name, region, state, endpoints } = origin;
  return {
    origin: name,
    region,
    state,
    load,
    expectedLoad,
    capacity,
    utilization,
    endpoints: endpoints.length,
    endpointsDown,
    edgesSeeingDown,
  };
}

function edgeOverview(
  { name, site, region, state }: Configuration['edges'][number],
  { sums, fleet, published }: OverviewParts,
): Overview['edges'][number] {
  const entry = fleet.get(name);
  const { demand = 0, meanRttMs = null }: Partial<PairSum> = sums.edges.get(name) ?? {};
  const point = published.get(name) ?? null;
  const applied = entry?.report.applied ?? null;
  return {
    edge: name,
    site,
    region,
    state,
    demand,
    meanRttMs,
    lastSeenSeconds: entry === undefined ? null : entry.ageMs / 1_000,
    published: point,
    applied,
    isCurrent: isCurrent(point, applied),
    errors: entry?.report.errors.length ?? 0,
  };
}

function isCurrent(published: PublicationPoint | null, applied: PublicationPoint | null): boolean {
  if (published === null || applied === null) return false;
  return applied.term === published.term && applied.generation === published.generation;
}

function balancerOverview({ name, policy }: LoadBalancer, sums: PlanSums): Overview['loadBalancers'][number] {
  const sum = sums.loadBalancers.get(name);
  const demand = sum?.demand ?? 0;
  const shares = [...(sum?.rates ?? [])]
    .filter(([, rate]) => rate > 0)
    .map(([origin, rate]) => ({ origin, share: Math.min(1, rate / demand) }))
    .sort((left, right) => right.share - left.share);
  return {
    loadBalancer: name,
    demand,
    meanRttMs: sum?.meanRttMs ?? null,
    mode: policy.mode,
    isFrozen: policy.frozen,
    stalePairs: sum?.stalePairs ?? 0,
    shares,
  };
}
