import { rttFromDistance } from '#core/estimate/location-rtt.js';
import { byName } from '#core/model/name.js';
import { Grid } from './grid.js';
import type { Noise } from './noise.js';
import type {
  BalancerDescription,
  EdgeDescription,
  OriginDescription,
  Region,
  WorldDescription,
} from './world-description.js';

export interface EndpointSite {
  /** Index of its origin. */
  readonly origin: number;
  readonly address: string;
}

/** Real paths are up to this much longer than distance alone makes one expect. */
const MOST_DETOUR = 0.3;
const LAST_METRES_MS = 1;

/** The world's parts under indices, each list ordered by name, and how far everything is from everything. */
export class Topology {
  readonly regions: readonly Region[];
  readonly edges: readonly EdgeDescription[];
  readonly origins: readonly OriginDescription[];
  readonly loadBalancers: readonly BalancerDescription[];
  readonly endpoints: readonly EndpointSite[];
  /** True round-trip times in ms, by edge and origin. */
  readonly rttsMs: Grid;
  readonly #endpointsOf: readonly (readonly number[])[];

  constructor(description: WorldDescription, noise: Noise) {
    this.regions = sortedByName(description.regions);
    this.edges = sortedByName(description.edges);
    this.origins = sortedByName(description.origins);
    this.loadBalancers = sortedByName(description.loadBalancers);
    this.endpoints = this.origins.flatMap(({ endpoints }, origin) =>
      Array.from({ length: endpoints }, (_, index) => ({ origin, address: `192.0.2.${10 * (origin + 1) + index}` })),
    );
    this.rttsMs = roundTrips(this.edges, this.origins, noise);
    const indices = this.endpoints.map((endpoint, index) => ({ ...endpoint, index }));
    this.#endpointsOf = this.origins.map((_, origin) =>
      indices.filter((endpoint) => endpoint.origin === origin).map(({ index }) => index),
    );
  }

  get pairs(): number {
    return this.loadBalancers.length * this.edges.length;
  }

  pairOf(loadBalancer: number, edge: number): number {
    return loadBalancer * this.edges.length + edge;
  }

  edgeOf(pair: number): number {
    return pair % this.edges.length;
  }

  loadBalancerOf(pair: number): number {
    return Math.floor(pair / this.edges.length);
  }

  endpointsOf(origin: number): readonly number[] {
    return this.#endpointsOf[origin] ?? [];
  }

  edgeNamed(name: string): number {
    return indexOf(this.edges, name);
  }

  originNamed(name: string): number {
    return indexOf(this.origins, name);
  }

  loadBalancerNamed(name: string): number {
    return indexOf(this.loadBalancers, name);
  }
}

function roundTrips(edges: readonly EdgeDescription[], origins: readonly OriginDescription[], noise: Noise): Grid {
  const rttsMs = new Grid(edges.length, origins.length);
  edges.forEach((edge, row) => {
    origins.forEach((origin, column) => {
      const detour = 1 + MOST_DETOUR * noise.stream(`detour ${edge.site} ${origin.name}`).uniform(0);
      rttsMs.set(row, column, LAST_METRES_MS + rttFromDistance(edge.location, origin.location) * detour);
    });
  });
  return rttsMs;
}

function sortedByName<T extends { readonly name: string }>(list: readonly T[]): readonly T[] {
  return [...list].sort((one, other) => byName(one.name, other.name));
}

function indexOf(list: readonly { readonly name: string }[], name: string): number {
  const index = list.findIndex((each) => each.name === name);
  if (index === -1) throw new Error(`the world has no ${name}; it has ${list.map((each) => each.name).join(', ')}`);
  return index;
}
