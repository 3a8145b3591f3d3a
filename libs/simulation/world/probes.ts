import type { Noise } from './noise.js';

/** As Weir's default health check has it. */
export const PROBE_INTERVAL_SECONDS = 2;
export const UNHEALTHY_THRESHOLD = 3;
export const HEALTHY_THRESHOLD = 2;

/** `thresholds`: like an agent's probes. `instant`: the truth at once, for the reference. */
export type ProbingKind = 'thresholds' | 'instant';

/** What the probes of every edge think of every endpoint. */
export class Probes {
  readonly #isUp: Uint8Array;
  /** Probes in a row that contradict the verdict. */
  readonly #streaks: Uint8Array;
  readonly #phaseSeconds: Uint8Array;

  constructor(
    edges: number,
    private readonly endpoints: number,
    noise: Noise,
    private readonly kind: ProbingKind,
  ) {
    this.#isUp = new Uint8Array(edges * endpoints).fill(1);
    this.#streaks = new Uint8Array(edges * endpoints);
    const stream = noise.stream('probe phases');
    this.#phaseSeconds = Uint8Array.from(this.#isUp, (_, index) =>
      Math.floor(stream.uniform(index) * PROBE_INTERVAL_SECONDS),
    );
  }

  isUp(edge: number, endpoint: number): boolean {
    return this.#isUp[edge * this.endpoints + endpoint] === 1;
  }

  /** Sends the probes that are due within the tick. */
  tick(timeSeconds: number, tickSeconds: number, isAlive: (endpoint: number) => boolean): void {
    for (let index = 0; index < this.#isUp.length; index += 1) {
      const succeeds = isAlive(index % this.endpoints);
      if (this.kind === 'instant') this.#isUp[index] = succeeds ? 1 : 0;
      else this.#probe(index, succeeds, this.#probesDue(index, timeSeconds, tickSeconds));
    }
  }

  #probesDue(index: number, timeSeconds: number, tickSeconds: number): number {
    const phased = timeSeconds + (this.#phaseSeconds[index] ?? 0);
    return Math.floor((phased + tickSeconds) / PROBE_INTERVAL_SECONDS) - Math.floor(phased / PROBE_INTERVAL_SECONDS);
  }

  #probe(index: number, succeeds: boolean, times: number): void {
    if ((this.#isUp[index] === 1) === succeeds) {
      this.#streaks[index] = 0;
      return;
    }
    const streak = (this.#streaks[index] ?? 0) + times;
    const isProven = streak >= (succeeds ? HEALTHY_THRESHOLD : UNHEALTHY_THRESHOLD);
    if (isProven) this.#isUp[index] = succeeds ? 1 : 0;
    this.#streaks[index] = isProven ? 0 : streak;
  }
}
