import type { Tick, World } from '../world/world.js';
import { waitMs } from '../world/queueing.js';
import { LatencyHistogram } from './latency-histogram.js';

/** Up to here an origin is full, not overloaded: weights are integers. */
const OVERLOAD_TOLERANCE = 1.01;

const MINUTE_SECONDS = 60;

/** Demand that goes up and down by the second leaves a minute's mean uncertain by about a percent, whoever decides. */
const MINUTE_TOLERANCE = 1.02;

/** One origin in one tick. Rates per second; limits are infinite where there are none. */
export interface OriginTick {
  readonly load: number;
  readonly rateLimit: number;
  readonly open: number;
  readonly openLimit: number;
}

/** Measures what users and origins feel, tick by tick. */
export class LoadMeter {
  readonly latency = new LatencyHistogram();
  overloadSeconds = 0;
  excessConnections = 0;
  failedConnections = 0;
  /** By minute, then origin: mean of how full it was, 1 at its capacity. */
  readonly #minutes: number[][] = [];

  constructor(private readonly world: World) {}

  /** Answers what each origin went through. */
  measure(tick: Tick): readonly OriginTick[] {
    const { seconds, served, failedPerSecond, timeSeconds } = tick;
    const origins = this.world.topology.origins.map((_, origin) => this.#originTick(origin, tick));
    this.failedConnections += failedPerSecond * seconds;
    origins.forEach((originTick, origin) => {
      this.#judgeLoad(originTick, seconds);
      this.#countMinute(timeSeconds, origin, fullnessOf(originTick) * (seconds / MINUTE_SECONDS));
      const wait = waitMs(fullnessOf(originTick));
      for (let pair = 0; pair < this.world.topology.pairs; pair += 1) {
        const connections = served.at(pair, origin) * seconds;
        const rttMs = this.world.topology.rttsMs.at(this.world.topology.edgeOf(pair), origin);
        if (connections > 0) this.latency.add(rttMs + wait, connections);
      }
    });
    return origins;
  }

  /** Minutes, counted once for each origin, over which it was on the mean above its capacity. By "minute/origin". */
  overloadedMinutes(): ReadonlySet<string> {
    const overloaded = this.#minutes.flatMap((origins, minute) =>
      origins.flatMap((fullness, origin) => (fullness > MINUTE_TOLERANCE ? [`${minute}/${origin}`] : [])),
    );
    return new Set(overloaded);
  }

  #originTick(origin: number, { served }: Tick): OriginTick {
    const { topology } = this.world;
    const { rate = Infinity, connections = Infinity } = topology.origins[origin]?.capacity ?? {};
    const alive = this.world.aliveFraction(origin);
    let load = 0;
    let open = 0;
    for (let pair = 0; pair < topology.pairs; pair += 1) {
      load += served.at(pair, origin);
      open += this.world.openBetween(pair, origin);
    }
    return { load, open, rateLimit: limited(rate, alive), openLimit: limited(connections, alive) };
  }

  #judgeLoad({ load, rateLimit, open, openLimit }: OriginTick, seconds: number): void {
    const isOverloaded = load > rateLimit * OVERLOAD_TOLERANCE || open > openLimit * OVERLOAD_TOLERANCE;
    if (isOverloaded) this.overloadSeconds += seconds;
    const tooFast = Math.max(0, load - rateLimit) * seconds;
    // Of those open beyond the limit, the ones that came in this tick.
    const tooMany = Math.min(load * seconds, Math.max(0, open - openLimit));
    this.excessConnections += Math.max(tooFast, tooMany);
  }

  #countMinute(timeSeconds: number, origin: number, fullness: number): void {
    const minute = Math.floor(timeSeconds / MINUTE_SECONDS);
    const origins = (this.#minutes[minute] ??= this.world.topology.origins.map(() => 0));
    origins[origin] = (origins[origin] ?? 0) + fullness;
  }
}

/** How full an origin is, 1 at its capacity. An empty one is not full, even with no capacity. */
function fullnessOf({ load, rateLimit, open, openLimit }: OriginTick): number {
  return Math.max(load === 0 ? 0 : load / rateLimit, open === 0 ? 0 : open / openLimit);
}

function limited(limit: number, alive: number): number {
  return limit === Infinity && alive === 0 ? 0 : limit * alive;
}
