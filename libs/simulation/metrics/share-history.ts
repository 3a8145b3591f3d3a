import type { PolicyDecision } from '../policies/policy.js';

/** Shares of one pair at one origin after each cycle, 0 to 1. */
export type ShareLine = readonly number[];

export interface PairName {
  readonly loadBalancer: string;
  readonly edge: string;
}

/** Smaller moves are the rounding of shares. */
const LEAST_MOVE = 1e-5;

/** Changes of direction below this are not swings. */
const LEAST_SWING = 1e-3;

/** Settled is what stays so close to where it ends. */
const SETTLED_WITHIN = 0.02;

/** Every share after every cycle of a run. */
export class ShareHistory {
  readonly #timesSeconds: number[] = [];
  /** By "load balancer/edge/origin". */
  readonly #lines = new Map<string, number[]>();

  add(timeSeconds: number, { pairs }: PolicyDecision): void {
    for (const { loadBalancer, edge, shares } of pairs) {
      for (const { origin, share } of shares) {
        const key = `${loadBalancer}/${edge}/${origin}`;
        const line = this.#lines.get(key) ?? [];
        // A pair that appears late had no share before.
        while (line.length < this.#timesSeconds.length) line.push(0);
        line.push(share);
        this.#lines.set(key, line);
      }
    }
    this.#timesSeconds.push(timeSeconds);
  }

  get timesSeconds(): readonly number[] {
    return this.#timesSeconds;
  }

  /** Cycles after the first of which a share differs from the one before, counted share by share. In fractions. */
  moves(fromSeconds: number, toSeconds: number): readonly number[] {
    return this.#linesBetween(fromSeconds, toSeconds).flatMap((line) =>
      differences(line).filter((move) => Math.abs(move) > LEAST_MOVE),
    );
  }

  /** How often shares changed direction. */
  reversals(fromSeconds: number, toSeconds: number): number {
    return this.#linesBetween(fromSeconds, toSeconds).reduce((sum, line) => {
      const directions = differences(line)
        .filter((move) => Math.abs(move) > LEAST_SWING)
        .map(Math.sign);
      return sum + directions.slice(1).filter((direction, index) => direction !== directions[index]).length;
    }, 0);
  }

  /** Standard deviation of the share that varies most; as a fraction. */
  deviation(fromSeconds: number, toSeconds: number): number {
    return Math.max(0, ...this.#linesBetween(fromSeconds, toSeconds).map(deviationOf));
  }

  /** From when on every share stays close to its mean over the settled time; `null` when one does not even then. */
  settledSinceSeconds(settledFromSeconds: number): number | null {
    const first = this.#timesSeconds.findIndex((time) => time >= settledFromSeconds);
    if (first === -1) return null;
    let lastUnsettled = -1;
    for (const line of this.#lines.values()) {
      const mean = meanOf(line.slice(first));
      const away = line.findLastIndex((share) => Math.abs(share - mean) > SETTLED_WITHIN);
      lastUnsettled = Math.max(lastUnsettled, away);
    }
    return lastUnsettled >= first ? null : (this.#timesSeconds[lastUnsettled + 1] ?? null);
  }

  /** One share over time, for charts and targets; 0 for one that never was. */
  line({ loadBalancer, edge }: PairName, origin: string): ShareLine {
    return this.#lines.get(`${loadBalancer}/${edge}/${origin}`) ?? this.#timesSeconds.map(() => 0);
  }

  /** The pair one of whose shares has been furthest up and down; `null` when there is none. */
  liveliestPair(): PairName | null {
    let liveliest: PairName | null = null;
    let widest = -1;
    for (const [key, line] of this.#lines) {
      const width = Math.max(...line) - Math.min(...line);
      const [loadBalancer, edge] = key.split('/');
      if (width <= widest || loadBalancer === undefined || edge === undefined) continue;
      liveliest = { loadBalancer, edge };
      widest = width;
    }
    return liveliest;
  }

  /** Shares after each cycle of a time, with the one before it, so that its first move counts as well. */
  #linesBetween(fromSeconds: number, toSeconds: number): readonly ShareLine[] {
    const first = this.#timesSeconds.findIndex((time) => time >= fromSeconds);
    if (first === -1) return [];
    const end = this.#timesSeconds.findLastIndex((time) => time <= toSeconds) + 1;
    return [...this.#lines.values()].map((line) => line.slice(Math.max(0, first - 1), end));
  }
}

function differences(line: ShareLine): readonly number[] {
  return line.slice(1).map((share, index) => share - (line[index] ?? 0));
}

function meanOf(line: ShareLine): number {
  return line.reduce((sum, share) => sum + share, 0) / line.length;
}

function deviationOf(line: ShareLine): number {
  const mean = meanOf(line);
  return Math.sqrt(line.reduce((sum, share) => sum + (share - mean) ** 2, 0) / line.length);
}
