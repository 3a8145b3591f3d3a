import type { LoadWindow } from '../load/load-window.js';

/** How many connections an origin had served, and when. Times in ms on a clock that all processes share. */
export interface Reading {
  readonly served: number;
  readonly atMs: number;
}

export interface Readings {
  readonly near: Reading;
  readonly far: Reading;
}

/** New connections per second. */
export interface Rates {
  readonly demandPerSecond: number;
  readonly nearPerSecond: number;
  readonly farPerSecond: number;
}

interface Sample extends Readings {
  /** Opened until now, and in which time. */
  readonly opened: number;
  readonly seconds: number;
}

/** Turns counters into rates over the last few cycles, each over the time between its own readings. */
export class Meter {
  #samples: readonly Sample[];

  constructor(
    readings: Readings,
    private readonly windowCycles: number,
  ) {
    this.#samples = [{ ...readings, opened: 0, seconds: 0 }];
  }

  /** After each cycle: what the origins have served, and what was opened in the cycle. */
  measure(readings: Readings, load: Pick<LoadWindow, 'opened' | 'seconds'>): Rates {
    const last = this.#samples.at(-1);
    const newest = {
      ...readings,
      opened: (last?.opened ?? 0) + load.opened,
      seconds: (last?.seconds ?? 0) + load.seconds,
    };
    this.#samples = [...this.#samples, newest].slice(-this.windowCycles - 1);
    const oldest = this.#samples[0] ?? newest;
    return {
      demandPerSecond: ratePerSecond(newest.opened - oldest.opened, newest.seconds - oldest.seconds),
      nearPerSecond: originRate(oldest.near, newest.near),
      farPerSecond: originRate(oldest.far, newest.far),
    };
  }
}

function originRate(before: Reading, after: Reading): number {
  return ratePerSecond(after.served - before.served, (after.atMs - before.atMs) / 1000);
}

function ratePerSecond(count: number, seconds: number): number {
  return seconds > 0 ? count / seconds : 0;
}
