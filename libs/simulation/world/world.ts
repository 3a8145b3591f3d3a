import type { PairWeights } from '#core/quantise/quantise-plan.js';
import { Anycast } from './anycast.js';
import { forwardingParts, type Hop } from './forwarding.js';
import { Grid } from './grid.js';
import type { Noise } from './noise.js';
import { OpenConnections } from './open-connections.js';
import { Probes, type ProbingKind } from './probes.js';
import { type DemandKind, RegionalDemand } from './regional-demand.js';
import { Topology } from './topology.js';
import type { WorldDescription } from './world-description.js';
import type { WorldEvent } from './world-event.js';

/** What happened in one tick; valid until the next. */
export interface Tick {
  readonly timeSeconds: number;
  readonly seconds: number;
  /** New connections per second that found a living endpoint, by pair and origin. */
  readonly served: Grid;
  /** New connections per second that found a dead endpoint, a lost edge, or no weight at all. */
  readonly failedPerSecond: number;
}

/** The data plane and everything around it: users, anycast, edges, origins. Knows nothing of schedulers. */
export class World {
  readonly topology: Topology;
  readonly probes: Probes;
  /** Connections since the beginning, as edges count them: received by pair, and sent by pair and origin. */
  readonly received: Grid;
  readonly sent: Grid;
  readonly #anycast: Anycast;
  readonly #demand: RegionalDemand;
  /** By load balancer. */
  readonly #open: readonly OpenConnections[];
  readonly #isEndpointAlive: boolean[];
  /** What each pair has configured for each endpoint. */
  readonly #hops: (readonly Hop[])[];
  readonly #served: Grid;
  /** New connections per second by load balancer, then edge and endpoint. */
  readonly #rates: readonly Grid[];

  constructor(description: WorldDescription, noise: Noise, probing: ProbingKind) {
    const topology = new Topology(description, noise);
    const { edges, origins, endpoints, loadBalancers, pairs } = topology;
    this.topology = topology;
    this.probes = new Probes(edges.length, endpoints.length, noise, probing);
    this.received = new Grid(pairs, 1);
    this.sent = new Grid(pairs, origins.length);
    this.#anycast = new Anycast(topology);
    this.#demand = new RegionalDemand(topology, description.noise.demand, noise);
    this.#open = loadBalancers.map(({ durations }) => new OpenConnections(durations, edges.length, endpoints.length));
    this.#isEndpointAlive = endpoints.map(() => true);
    this.#hops = Array.from({ length: pairs }, () => []);
    this.#served = new Grid(pairs, origins.length);
    this.#rates = loadBalancers.map(() => new Grid(edges.length, endpoints.length));
  }

  apply(event: WorldEvent, timeSeconds: number): void {
    switch (event.kind) {
      case 'endpoints-alive':
        this.#setAlive(event.origin, event.endpoints);
        return;
      case 'edge-lost':
        this.#anycast.lose(this.topology.edgeNamed(event.edge), timeSeconds);
        return;
      case 'edge-back':
        this.#anycast.bringBack(this.topology.edgeNamed(event.edge));
    }
  }

  /** The agents take up what was published. */
  install(weights: readonly PairWeights[]): void {
    for (const { loadBalancer, edge, endpoints } of weights) {
      const published = new Map(endpoints.map((endpoint) => [endpoint.address, endpoint]));
      const pair = this.topology.pairOf(this.topology.loadBalancerNamed(loadBalancer), this.topology.edgeNamed(edge));
      this.#hops[pair] = this.topology.endpoints.map(({ origin, address }) => {
        const { weight = 0, standbyWeight = 0 } = published.get(address) ?? {};
        return { origin, weight, standbyWeight };
      });
    }
  }

  isEdgeAlive(edge: number): boolean {
    return this.#anycast.isAlive(edge);
  }

  isEndpointAlive(endpoint: number): boolean {
    return this.#isEndpointAlive[endpoint] === true;
  }

  /** Part of an origin's endpoints that is alive. */
  aliveFraction(origin: number): number {
    const own = this.topology.endpointsOf(origin);
    return own.filter((endpoint) => this.isEndpointAlive(endpoint)).length / own.length;
  }

  /** Connections open now between a pair and an origin. */
  openBetween(pair: number, origin: number): number {
    const open = this.#open[this.topology.loadBalancerOf(pair)];
    const edge = this.topology.edgeOf(pair);
    return this.topology.endpointsOf(origin).reduce((sum, endpoint) => sum + (open?.at(edge, endpoint) ?? 0), 0);
  }

  /** New connections per second of each pair. */
  demandOfPairs(timeSeconds: number, kind: DemandKind): Float64Array {
    return this.#demand.ofPairs(timeSeconds, this.#anycast.catchmentsAt(timeSeconds), kind);
  }

  tick(timeSeconds: number, seconds: number): Tick {
    this.probes.tick(timeSeconds, seconds, (endpoint) => this.isEndpointAlive(endpoint));
    this.#served.clear();
    for (const rates of this.#rates) rates.clear();
    let failedPerSecond = 0;
    this.demandOfPairs(timeSeconds, 'real').forEach((demand, pair) => {
      if (demand > 0) failedPerSecond += this.#forward(pair, demand, seconds);
    });
    this.#open.forEach((open, loadBalancer) => {
      const rates = this.#rates[loadBalancer];
      if (rates !== undefined) open.tick(rates, seconds);
    });
    return { timeSeconds, seconds, served: this.#served, failedPerSecond };
  }

  /** Answers the connections per second that failed. */
  #forward(pair: number, demand: number, seconds: number): number {
    const edge = this.topology.edgeOf(pair);
    if (!this.isEdgeAlive(edge)) return demand;
    this.received.add(pair, 0, demand * seconds);
    const hops = this.#hops[pair] ?? [];
    const parts = forwardingParts(hops, (endpoint) => this.probes.isUp(edge, endpoint));
    const rates = this.#rates[this.topology.loadBalancerOf(pair)];
    let failed = demand;
    parts.forEach((part, endpoint) => {
      const rate = part * demand;
      const origin = hops[endpoint]?.origin ?? 0;
      this.sent.add(pair, origin, rate * seconds);
      if (!this.isEndpointAlive(endpoint)) return;
      failed -= rate;
      this.#served.add(pair, origin, rate);
      rates?.add(edge, endpoint, rate);
    });
    return Math.max(0, failed);
  }

  #setAlive(originName: string, alive: number): void {
    const own = this.topology.endpointsOf(this.topology.originNamed(originName));
    own.forEach((endpoint, index) => {
      this.#isEndpointAlive[endpoint] = index < alive;
      if (index >= alive) for (const open of this.#open) open.lose(endpoint);
    });
  }
}
