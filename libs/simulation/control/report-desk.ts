import { byName, edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type {
  EdgeObservation,
  LoadBalancerObservation,
  Observation,
  OriginObservation,
} from '#core/observe/observation.js';
import type { Noise, NoiseStream } from '../world/noise.js';
import type { Topology } from '../world/topology.js';
import type { Report } from './report.js';

/** Rates are taken over two cycles, like those of the real report source. */
const RATE_WINDOW_SECONDS = 15;

/** The scheduler's clock at time 0. */
const EPOCH_MS = Date.UTC(2026, 0, 1);

/** How far measurements are off: a fraction, even to both sides. */
export interface MeasurementNoise {
  readonly rateFraction: number;
  readonly rttFraction: number;
}

interface EdgeFile {
  readonly arrivedAtSeconds: number;
  /** Oldest first, all within the window of the newest. */
  readonly reports: readonly Report[];
}

/** Keeps agents' reports on the control plane's side, and makes observations of them. */
export class ReportDesk {
  readonly #files = new Map<number, EdgeFile>();
  readonly #rateNoise: NoiseStream;
  readonly #rttNoise: NoiseStream;

  constructor(
    private readonly topology: Topology,
    private readonly measurementNoise: MeasurementNoise,
    noise: Noise,
  ) {
    this.#rateNoise = noise.stream('measured rates');
    this.#rttNoise = noise.stream('measured RTTs');
  }

  receive(report: Report, nowSeconds: number): void {
    const earlier = this.#files.get(report.edge)?.reports ?? [];
    const windowStart = report.countedAtSeconds - RATE_WINDOW_SECONDS;
    const reports = [...earlier.filter(({ countedAtSeconds }) => countedAtSeconds >= windowStart), report];
    this.#files.set(report.edge, { arrivedAtSeconds: nowSeconds, reports });
  }

  /** The control plane stopped; what it had in memory is gone. */
  clear(): void {
    this.#files.clear();
  }

  observe(nowSeconds: number): Observation {
    return {
      takenAtMs: EPOCH_MS + 1000 * nowSeconds,
      edges: [...this.#files.values()]
        .map((file) => this.#observeEdge(file, 1000 * (nowSeconds - file.arrivedAtSeconds)))
        .filter((edge) => edge !== null)
        .sort((one, other) => byName(one.edge, other.edge)),
      utilizations: [],
    };
  }

  #observeEdge({ reports }: EdgeFile, ageMs: number): EdgeObservation | null {
    const [first, last] = [reports.at(0), reports.at(-1)];
    if (first === undefined || last === undefined) return null;
    const draw = last.countedAtSeconds * this.topology.edges.length + last.edge;
    const seen: Seen = {
      first,
      last,
      ageMs,
      rateFactor: this.#rateNoise.factor(draw, this.measurementNoise.rateFraction),
    };
    return {
      edge: edgeName(this.topology.edges[last.edge]?.name ?? ''),
      ageMs,
      loadBalancers: this.topology.loadBalancers.map((_, loadBalancer) => this.#observeBalancer(loadBalancer, seen)),
    };
  }

  #observeBalancer(loadBalancer: number, seen: Seen): LoadBalancerObservation {
    const { name, origins: used } = this.topology.loadBalancers[loadBalancer] ?? NO_BALANCER;
    return {
      loadBalancer: loadBalancerName(name),
      ageMs: seen.ageMs,
      ratePerSecond: rate(seen, (report) => report.received[loadBalancer]),
      origins: this.topology.origins.flatMap((origin, index) =>
        used.includes(origin.name) ? [this.#observeOrigin(loadBalancer, index, seen)] : [],
      ),
    };
  }

  #observeOrigin(loadBalancer: number, origin: number, seen: Seen): OriginObservation {
    const { last, ageMs } = seen;
    const { edges, origins, rttsMs, endpoints } = this.topology;
    const draw = (last.countedAtSeconds * edges.length + last.edge) * origins.length + origin;
    return {
      origin: originName(origins[origin]?.name ?? ''),
      ageMs,
      ratePerSecond: rate(seen, (report) => report.loadBalancers[loadBalancer]?.sent[origin]),
      activeConnections: last.loadBalancers[loadBalancer]?.open[origin],
      rttMs: rttsMs.at(last.edge, origin) * this.#rttNoise.factor(draw, this.measurementNoise.rttFraction),
      endpoints: this.topology.endpointsOf(origin).map((endpoint) => ({
        address: endpoints[endpoint]?.address ?? '',
        up: last.isUp[endpoint] === true,
        ageMs,
      })),
    };
  }
}

const NO_BALANCER = { name: '', origins: [] as readonly string[] };

interface Seen {
  readonly first: Report;
  readonly last: Report;
  readonly ageMs: number;
  readonly rateFactor: number;
}

/** How fast a counter grew over the window, per second; `undefined` with one reading only. */
function rate({ first, last, rateFactor }: Seen, counter: (report: Report) => number | undefined): number | undefined {
  const seconds = last.countedAtSeconds - first.countedAtSeconds;
  if (seconds <= 0) return undefined;
  return (rateFactor * Math.max(0, (counter(last) ?? 0) - (counter(first) ?? 0))) / seconds;
}
