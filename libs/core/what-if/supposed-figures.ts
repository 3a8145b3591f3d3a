import { ArcMemoryReader, ArcMemoryWriter } from '../estimate/arc-memories.js';
import type { EstimateMemory, PairMemory } from '../estimate/estimate.js';
import { followRtt } from '../estimate/rtt.js';
import { byName, type EdgeName, type LoadBalancerName, type OriginName } from '../model/name.js';
import {
  type EdgeObservation,
  type LoadBalancerObservation,
  type Observation,
  pairKey,
} from '../observe/observation.js';

/** Figures of one (load balancer, edge) to be taken for measured, whatever was. */
export interface SupposedPair {
  readonly loadBalancer: LoadBalancerName;
  readonly edge: EdgeName;
  /** Connections per second. */
  readonly demand?: number | undefined;
  /** In ms, by origin. */
  readonly rttsMs: ReadonlyMap<OriginName, number>;
}

/** The observation as if the figures had just been measured. An edge whose demand is supposed is taken to be heard of. */
export function observedWith(observation: Observation, supposed: readonly SupposedPair[]): Observation {
  const byEdge = groupedByEdge(supposed);
  const known = new Set(observation.edges.map(({ edge }) => edge));
  const unheard = [...byEdge.keys()].filter((edge) => !known.has(edge) && isDemandSupposed(byEdge.get(edge)));
  const edges = [
    ...observation.edges,
    ...unheard.map((edge): EdgeObservation => ({ edge, ageMs: 0, loadBalancers: [] })),
  ];
  return {
    ...observation,
    edges: edges
      .map((seen) => edgeWith(seen, byEdge.get(seen.edge) ?? []))
      .sort((one, other) => byName(one.edge, other.edge)),
  };
}

function edgeWith(seen: EdgeObservation, supposed: readonly SupposedPair[]): EdgeObservation {
  const pairs = new Map(supposed.map((pair) => [pair.loadBalancer, pair]));
  const known = new Set(seen.loadBalancers.map(({ loadBalancer }) => loadBalancer));
  const unseen = supposed
    .filter(({ loadBalancer, demand }) => demand !== undefined && !known.has(loadBalancer))
    .map(({ loadBalancer }): LoadBalancerObservation => ({ loadBalancer, ageMs: 0, origins: [] }));
  return {
    ...seen,
    ageMs: isDemandSupposed(supposed) ? 0 : seen.ageMs,
    loadBalancers: [...seen.loadBalancers, ...unseen]
      .map((balancer) => balancerWith(balancer, pairs.get(balancer.loadBalancer)))
      .sort((one, other) => byName(one.loadBalancer, other.loadBalancer)),
  };
}

function balancerWith(seen: LoadBalancerObservation, supposed: SupposedPair | undefined): LoadBalancerObservation {
  if (supposed === undefined) return seen;
  const { demand, rttsMs } = supposed;
  return {
    ...seen,
    ...(demand !== undefined && { ageMs: 0, ratePerSecond: demand }),
    origins: seen.origins.map((arc) => {
      const rttMs = rttsMs.get(arc.origin);
      return rttMs === undefined || arc.rttMs === undefined ? arc : { ...arc, rttMs };
    }),
  };
}

function groupedByEdge(supposed: readonly SupposedPair[]): ReadonlyMap<EdgeName, readonly SupposedPair[]> {
  const groups = new Map<EdgeName, SupposedPair[]>();
  for (const pair of supposed) {
    const group = groups.get(pair.edge);
    if (group === undefined) groups.set(pair.edge, [pair]);
    else group.push(pair);
  }
  return groups;
}

function isDemandSupposed(pairs: readonly SupposedPair[] = []): boolean {
  return pairs.some(({ demand }) => demand !== undefined);
}

/** The memory as if the figures had been measured for long: nothing is smoothed towards them any more. */
export function rememberedWith(memory: EstimateMemory, supposed: readonly SupposedPair[]): EstimateMemory {
  const known = new Map(memory.pairs.map((pair) => [keyOf(pair), pair]));
  for (const pair of supposed) known.set(keyOf(pair), pairWith(known.get(keyOf(pair)), pair));
  const pairs = [...known.values()].sort(
    (one, other) => byName(one.loadBalancer, other.loadBalancer) || byName(one.edge, other.edge),
  );
  return { ...memory, pairs };
}

function pairWith(known: PairMemory | undefined, { loadBalancer, edge, demand, rttsMs }: SupposedPair): PairMemory {
  const reader = new ArcMemoryReader(known);
  const writer = new ArcMemoryWriter();
  const remembered = [...(known?.rtts.origins ?? []), ...(known?.down ?? []).map(({ origin }) => origin)];
  for (const origin of [...new Set([...remembered, ...rttsMs.keys()])].sort(byName)) {
    const arc = reader.get(origin);
    const rttMs = rttsMs.get(origin);
    writer.add(origin, rttMs === undefined ? arc : { ...arc, rtt: followRtt(null, rttMs) });
  }
  return {
    loadBalancer,
    edge,
    demand: demand === undefined ? (known?.demand ?? null) : { level: demand, bias: 0, error: 0, samples: 1 },
    ...writer.endPair(),
  };
}

function keyOf({ loadBalancer, edge }: Pick<SupposedPair, 'loadBalancer' | 'edge'>): string {
  return pairKey(loadBalancer, edge);
}
