import { Grid } from './grid.js';
import type { DurationClass } from './world-description.js';

/**
 * Connections of one load balancer open between each edge and endpoint. They stay where they are whatever the weights
 * become. Each class of durations is exponential, so that only their number matters and not their age.
 */
export class OpenConnections {
  readonly #classes: readonly (DurationClass & { readonly open: Grid })[];
  #hasBegun = false;

  constructor(
    durations: readonly DurationClass[],
    private readonly edges: number,
    private readonly endpoints: number,
  ) {
    this.#classes = durations.map((duration) => ({ ...duration, open: new Grid(edges, endpoints) }));
  }

  at(edge: number, endpoint: number): number {
    return this.#classes.reduce((sum, { open }) => sum + open.at(edge, endpoint), 0);
  }

  /**
   * So many new connections a second (by edge and endpoint) came for so long, while others ended. The world is older than
   * the run: the first traffic finds as many connections open as such traffic leaves open in the long run.
   */
  tick(rates: Grid, seconds: number): void {
    for (const { part, meanSeconds, open } of this.#classes) {
      const kept = this.#hasBegun ? Math.exp(-seconds / meanSeconds) : 0;
      for (let edge = 0; edge < this.edges; edge += 1) {
        for (let endpoint = 0; endpoint < this.endpoints; endpoint += 1) {
          const settled = part * rates.at(edge, endpoint) * meanSeconds;
          open.set(edge, endpoint, settled + (open.at(edge, endpoint) - settled) * kept);
        }
      }
    }
    this.#hasBegun ||= this.#hasAny();
  }

  /** An endpoint died, and every connection to it with it. */
  lose(endpoint: number): void {
    for (const { open } of this.#classes) {
      for (let edge = 0; edge < this.edges; edge += 1) open.set(edge, endpoint, 0);
    }
  }

  #hasAny(): boolean {
    return this.#classes.some(({ open }) => open.sum() > 0);
  }
}

export function meanDurationSeconds(durations: readonly DurationClass[]): number {
  return durations.reduce((sum, { part, meanSeconds }) => sum + part * meanSeconds, 0);
}
