import type { OriginName } from '../model/name.js';
import { ByOrigin } from '../model/by-origin.js';
import type { DownEndpoints, PairMemory, SmoothedRtt, SmoothedRtts } from './estimate.js';

/** What is remembered of one origin at one edge. */
export interface ArcMemory {
  readonly rtt: SmoothedRtt | null;
  /** Addresses last seen down. */
  readonly downEndpoints: readonly string[];
}

type ArcMemories = Pick<PairMemory, 'rtts' | 'down'>;

const NO_ADDRESSES: readonly string[] = [];
const NOTHING: ArcMemory = { rtt: null, downEndpoints: NO_ADDRESSES };
/** Of a pair of which nothing was ever measured. */
export const NO_ARC_MEMORIES: ArcMemories = {
  rtts: { origins: [], level: [], last: [], beforeLast: [], settled: [], noise: [], samples: [] },
  down: [],
};

/** Finds what is remembered of a pair's origins; quickest for whoever asks in their order. */
export class ArcMemoryReader {
  readonly #rtts: SmoothedRtts;
  readonly #down: ByOrigin<DownEndpoints> | null;
  #next = 0;

  constructor({ rtts, down }: ArcMemories = NO_ARC_MEMORIES) {
    this.#rtts = rtts;
    this.#down = down.length === 0 ? null : new ByOrigin(down);
  }

  get(origin: OriginName): ArcMemory {
    const rtt = this.#rttOf(origin);
    const downEndpoints = this.#down?.get(origin)?.addresses ?? NO_ADDRESSES;
    return rtt === null && downEndpoints.length === 0 ? NOTHING : { rtt, downEndpoints };
  }

  #rttOf(origin: OriginName): SmoothedRtt | null {
    const { origins, level, last, beforeLast, settled, noise, samples } = this.#rtts;
    const isNext = origins[this.#next] === origin;
    const at = isNext ? this.#next : origins.indexOf(origin);
    if (at < 0) return null;
    this.#next = at + 1;
    return {
      level: level[at] ?? NaN,
      last: last[at] ?? NaN,
      beforeLast: beforeLast[at] ?? NaN,
      settled: settled[at] ?? NaN,
      noise: noise?.[at] ?? 0,
      samples: samples?.[at] ?? 1,
    };
  }
}

/** Writes down what is to be remembered of one pair's origins after the other's, in their order. */
export class ArcMemoryWriter {
  /** Of a pair; the rest is of earlier pairs that had more. */
  #rtts = 0;
  readonly #origins: OriginName[] = [];
  readonly #level: number[] = [];
  readonly #last: number[] = [];
  readonly #beforeLast: number[] = [];
  readonly #settled: number[] = [];
  readonly #noise: number[] = [];
  readonly #samples: number[] = [];
  #down: DownEndpoints[] = [];

  add(origin: OriginName, { rtt, downEndpoints }: ArcMemory): void {
    if (rtt !== null) this.#addRtt(origin, rtt);
    if (downEndpoints.length > 0) this.#down.push({ origin, addresses: downEndpoints });
  }

  /** What follows is of the next pair. */
  endPair(): ArcMemories {
    const [rtts, down] = [this.#rtts, this.#down];
    this.#rtts = 0;
    this.#down = [];
    // Copies, since a list that has grown item by item holds memory for twice as many.
    return {
      rtts: {
        origins: this.#origins.slice(0, rtts),
        level: this.#level.slice(0, rtts),
        last: this.#last.slice(0, rtts),
        beforeLast: this.#beforeLast.slice(0, rtts),
        settled: this.#settled.slice(0, rtts),
        noise: this.#noise.slice(0, rtts),
        samples: this.#samples.slice(0, rtts),
      },
      down,
    };
  }

  #addRtt(origin: OriginName, { level, last, beforeLast, settled, noise, samples }: SmoothedRtt): void {
    const at = this.#rtts;
    this.#origins[at] = origin;
    this.#level[at] = level;
    this.#last[at] = last;
    this.#beforeLast[at] = beforeLast;
    this.#settled[at] = settled;
    this.#noise[at] = noise;
    this.#samples[at] = samples;
    this.#rtts += 1;
  }
}
