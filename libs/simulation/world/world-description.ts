import type { Policy } from '#core/model/load-balancer.js';
import type { Capacity, Location } from '#core/model/origin.js';
import type { DemandCurve } from './demand-curve.js';

/** What there is in a world, before anything happens in it. */
export interface WorldDescription {
  readonly regions: readonly Region[];
  readonly edges: readonly EdgeDescription[];
  readonly origins: readonly OriginDescription[];
  readonly loadBalancers: readonly BalancerDescription[];
  readonly noise: WorldNoise;
}

/** Where users are. They reach the site that is nearest and announced, and spread evenly over its edges. */
export interface Region {
  readonly name: string;
  readonly location: Location;
}

export interface EdgeDescription {
  readonly name: string;
  readonly site: string;
  readonly location: Location;
}

export interface OriginDescription {
  readonly name: string;
  readonly location: Location;
  /** How many servers, all alike. */
  readonly endpoints: number;
  /** What it really takes, with every endpoint alive; operators declared the same. */
  readonly capacity: Capacity;
}

export interface BalancerDescription {
  readonly name: string;
  /** Names of those that may serve it. */
  readonly origins: readonly string[];
  /** New connections per second by region; none from a region left out. */
  readonly demand: Readonly<Record<string, DemandCurve>>;
  /** How long its connections stay open. */
  readonly durations: readonly DurationClass[];
  readonly policy?: Partial<Policy>;
}

/** A part of the connections whose durations are exponential with this mean. The parts sum to 1. */
export interface DurationClass {
  readonly part: number;
  readonly meanSeconds: number;
}

export interface WorldNoise {
  /** Each multiplies demand, region by region, by a factor even over `1 ± fraction` that is redrawn so often. */
  readonly demand: readonly { readonly fraction: number; readonly everySeconds: number }[];
}

/** Connections that are over almost at once. */
export const SHORT_CONNECTIONS: readonly DurationClass[] = [{ part: 1, meanSeconds: 1 }];
