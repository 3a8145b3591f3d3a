import type { OriginTick } from './load-meter.js';

/** More points than a chart can show. */
const MOST_POINTS = 400;

/** One origin over time, averaged so that the run has a few hundred points. */
export interface OriginSeries {
  readonly origin: string;
  readonly loads: readonly number[];
  readonly rateLimits: readonly number[];
  readonly open: readonly number[];
  readonly openLimits: readonly number[];
}

type Figure = Exclude<keyof OriginSeries, 'origin'>;

/** What origins went through in a run, for charts. */
export class LoadSeries {
  readonly timesSeconds: number[] = [];
  readonly origins: readonly (OriginSeries & Record<Figure, number[]>)[];
  readonly #ticksPerPoint: number;
  #ticks = 0;

  constructor(originNames: readonly string[], ticks: number) {
    this.origins = originNames.map((origin) => ({ origin, loads: [], rateLimits: [], open: [], openLimits: [] }));
    this.#ticksPerPoint = Math.ceil(ticks / MOST_POINTS);
  }

  add(timeSeconds: number, ticks: readonly OriginTick[]): void {
    if (this.#ticks % this.#ticksPerPoint === 0) this.timesSeconds.push(timeSeconds);
    this.#ticks += 1;
    this.origins.forEach((series, origin) => {
      const tick = ticks[origin];
      if (tick === undefined) return;
      this.#average(series.loads, tick.load);
      this.#average(series.rateLimits, tick.rateLimit);
      this.#average(series.open, tick.open);
      this.#average(series.openLimits, tick.openLimit);
    });
  }

  /** Adds to the mean of the present point. */
  #average(points: number[], value: number): void {
    const point = this.timesSeconds.length - 1;
    const count = ((this.#ticks - 1) % this.#ticksPerPoint) + 1;
    const mean = points[point] ?? 0;
    points[point] = value === Infinity ? Infinity : mean + (value - mean) / count;
  }
}
