import type { OriginName } from './name.js';

/** A place that serves: a data centre, region or server group. Several load balancers may share it. */
export interface Origin {
  readonly name: OriginName;
  readonly region: string;
  readonly location?: Location | undefined;
  readonly endpoints: readonly Endpoint[];
  readonly capacity: Capacity;
  /** Learns the rate the origin can take, instead of `capacity.rate`. */
  readonly utilization?: UtilizationSource | undefined;
  readonly state: ServingState;
  readonly labels: Readonly<Record<string, string>>;
}

/** One server of an origin. A weight of 0 gets no traffic. */
export interface Endpoint {
  readonly address: string;
  readonly weight: number;
}

export interface Capacity {
  /** New connections per second with every endpoint healthy; unlimited when left out, none when 0. */
  readonly rate?: number | undefined;
  /** Connections open at once with every endpoint healthy; unlimited when left out, none when 0. */
  readonly connections?: number | undefined;
}

/** Where to read how busy an origin is. What it serves, divided by that, is what it can serve. */
export interface UtilizationSource {
  /** PromQL that gives one figure, 0 to 1. */
  readonly query: string;
}

/** Degrees, WGS 84. */
export interface Location {
  readonly latitude: number;
  readonly longitude: number;
}

/** `draining` finishes what it has; `disabled` is out of use. Neither gets new traffic. */
export type ServingState = 'active' | 'draining' | 'disabled';
