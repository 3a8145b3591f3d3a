import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type { Observation } from '#core/observe/observation.js';

/** One (load balancer, edge, origin) as an edge sees it. */
export interface SeenArc {
  readonly rttMs?: number;
  readonly isUp?: boolean;
  readonly endpoint?: string;
}

/** What one edge sees of one load balancer: its demand, and each origin. */
export interface SeenPair {
  readonly loadBalancer?: string;
  readonly edge: string;
  readonly demand?: number;
  readonly ageMs?: number;
  readonly origins?: Readonly<Record<string, SeenArc>>;
}

/** An observation told pair by pair; figures left out are absent from it. The load balancer is `shop` unless named. */
export function anObservation(takenAtMs: number, seen: readonly SeenPair[]): Observation {
  const pairs = seen.map(({ loadBalancer = 'shop', edge, ageMs = 0, ...rest }) => ({
    ...rest,
    key: { loadBalancer: loadBalancerName(loadBalancer), edge: edgeName(edge), ageMs },
  }));
  const arcs = pairs.flatMap(({ key, origins = {} }) =>
    Object.entries(origins).map(([origin, arc]) => ({ key: { ...key, origin: originName(origin) }, arc })),
  );
  return {
    takenAtMs,
    edges: pairs.map(({ key: { edge, ageMs } }) => ({ edge, ageMs })),
    demands: pairs.flatMap(({ key, demand }) => (demand === undefined ? [] : [{ ...key, ratePerSecond: demand }])),
    loads: [],
    rtts: arcs.flatMap(({ key, arc: { rttMs } }) => (rttMs === undefined ? [] : [{ ...key, rttMs }])),
    health: arcs.flatMap(({ key, arc: { isUp, endpoint = '192.0.2.1' } }) =>
      isUp === undefined ? [] : [{ ...key, endpoint, up: isUp }],
    ),
  };
}
