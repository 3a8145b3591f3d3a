import { rttFromDistance } from '#core/estimate/location-rtt.js';
import type { Configuration } from '#core/model/configuration.js';
import type { Edge } from '#core/model/edge.js';
import type { LoadBalancer } from '#core/model/load-balancer.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type { Location, Origin } from '#core/model/origin.js';
import type { EdgeObservation, LoadBalancerObservation, Observation } from '#core/observe/observation.js';
import { aPlace, seededRandom } from './seeded-random.js';

/** How many of each; every load balancer is met at every edge and may use every origin. */
export interface FleetSize {
  readonly balancers: number;
  readonly edges: number;
  readonly origins: number;
}

export interface Fleet {
  readonly configuration: Configuration;
  readonly observation: Observation;
}

const STARTED_AT_MS = Date.UTC(2026, 0, 1);
const FILLED = 0.8;
const AGE_MS = 2_000;
/** How long a connection stays open. */
const CONNECTION_SECONDS = 3;
const LATENCY_NOISE_MS = 1;

/** Edges and origins all over a globe; all demand together is 80 % of all capacity. Seeded. */
export function aFleet(size: FleetSize, seed = 7): Fleet {
  const random = seededRandom(seed);
  const edges = Array.from({ length: size.edges }, (_, index) => aGlobalEdge(index, random));
  const places = Array.from({ length: size.origins }, () => aPlace(random));
  const names = places.map((_place, index) => originName(`origin-${padded(index)}`));
  const observed = edges.map((edge): EdgeObservation => {
    const rtts = places.map((place) => 1 + rttFromDistance(edge.location ?? place, place));
    return {
      edge: edge.name,
      ageMs: AGE_MS,
      loadBalancers: Array.from({ length: size.balancers }, (_, index) => observedBalancer(index, names, rtts, random)),
    };
  });
  const demand = observed
    .flatMap(({ loadBalancers }) => loadBalancers)
    .reduce((sum, { ratePerSecond }) => sum + (ratePerSecond ?? 0), 0);
  const parts = places.map(() => 0.2 + random());
  const whole = parts.reduce((sum, part) => sum + part, 0);
  const origins = places.map((location, index) =>
    aGlobalOrigin(index, location, ((parts[index] ?? 0) / whole) * (demand / FILLED)),
  );
  return {
    configuration: {
      edges,
      origins,
      loadBalancers: Array.from({ length: size.balancers }, (_, at) => aBalancer(at, names)),
    },
    observation: { takenAtMs: STARTED_AT_MS, edges: observed, utilizations: [] },
  };
}

/** The observation `cycles` later: every demand has changed by up to 5 % of itself. Seeded by `cycles`. */
export function aFleetLater(observation: Observation, cycles: number, cycleMs: number): Observation {
  const random = seededRandom(1_000 + cycles);
  const changed = (seen: LoadBalancerObservation): LoadBalancerObservation => ({
    ...seen,
    ratePerSecond: (seen.ratePerSecond ?? 0) * (0.95 + 0.1 * random()),
  });
  return {
    ...observation,
    takenAtMs: STARTED_AT_MS + cycles * cycleMs,
    edges: observation.edges.map((edge) => ({ ...edge, loadBalancers: edge.loadBalancers.map(changed) })),
  };
}

function observedBalancer(
  index: number,
  names: readonly ReturnType<typeof originName>[],
  rtts: readonly number[],
  random: () => number,
): LoadBalancerObservation {
  const ratePerSecond = 10 ** (3 * random());
  const load = ratePerSecond / names.length;
  return {
    loadBalancer: loadBalancerName(`lb-${padded(index)}`),
    ageMs: AGE_MS,
    ratePerSecond,
    origins: names.map((origin, at) => ({
      origin,
      ageMs: AGE_MS,
      ratePerSecond: load,
      activeConnections: Math.round(load * CONNECTION_SECONDS),
      rttMs: (rtts[at] ?? 0) + LATENCY_NOISE_MS * random(),
      endpoints: [{ address: addressOf(at), up: true, ageMs: AGE_MS }],
    })),
  };
}

function aGlobalEdge(index: number, random: () => number): Edge {
  const name = edgeName(`edge-${padded(index)}`);
  return { name, site: name, region: 'globe', location: aPlace(random), state: 'active', labels: {} };
}

function aGlobalOrigin(index: number, location: Location, rate: number): Origin {
  return {
    name: originName(`origin-${padded(index)}`),
    region: 'globe',
    location,
    endpoints: [{ address: addressOf(index), weight: 1 }],
    capacity: { rate },
    state: 'active',
    labels: {},
  };
}

function aBalancer(index: number, names: readonly ReturnType<typeof originName>[]): LoadBalancer {
  return {
    name: loadBalancerName(`lb-${padded(index)}`),
    addresses: [`203.0.113.${index}`],
    listeners: [{ protocol: 'TCP', port: 443 }],
    origins: names.map((origin) => ({ origin, dialPercent: 100, tier: 0 })),
    forwarding: { method: 'masquerade', sourceNat: true },
    distribution: 'maglev-5-tuple',
    affinity: { type: 'none' },
    healthCheck: { protocol: 'TCP', intervalMs: 2_000, timeoutMs: 1_000, unhealthyThreshold: 3, healthyThreshold: 2 },
    policy: {
      mode: 'automatic',
      frozen: false,
      latencyMode: 'soft',
      maxShiftPercent: 2,
      overloadMaxShiftPercent: 25,
      targetUtilizationPercent: 80,
    },
    labels: {},
  };
}

function addressOf(origin: number): string {
  return `10.0.${origin}.1`;
}

/** So that the order of names is that of numbers. */
function padded(index: number): string {
  return String(index).padStart(4, '0');
}
