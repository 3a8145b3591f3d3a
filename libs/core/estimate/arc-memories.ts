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
  rtts: { origins: [], level: [], last: [], beforeLast: [], settled: [] },
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
    const { origins, level, last, beforeLast, settled } = this.#rtts;
    const isNext = origins[this.#next] === origin;
    const at = isNext ? this.#next : origins.indexOf(origin);
    if (at < 0) return null;
    this.#next = at + 1;
    return {
      level: level[at] ?? NaN,
      last: last[at] ?? NaN,
      beforeLast: beforeLast[at] ?? NaN,
      settled: settled[at] ?? NaN,
    };
  }
}

/** Writes down what is to be remembered of a pair's origins, in their order. */
export class ArcMemoryWriter {
  readonly #origins: OriginName[] = [];
  readonly #level: number[] = [];
  readonly #last: number[] = [];
  readonly #beforeLast: number[] = [];
  readonly #settled: number[] = [];
  readonly #down: DownEndpoints[] = [];

  add(origin: OriginName, { rtt, downEndpoints }: ArcMemory): void {
    if (rtt !== null) this.#addRtt(origin, rtt);
    if (downEndpoints.length > 0) this.#down.push({ origin, addresses: downEndpoints });
  }

  finish(): ArcMemories {
    const rtts = {
      origins: this.#origins,
      level: this.#level,
      last: this.#last,
      beforeLast: this.#beforeLast,
      settled: this.#settled,
    };
    return { rtts, down: this.#down };
  }

  #addRtt(origin: OriginName, { level, last, beforeLast, settled }: SmoothedRtt): void {
    this.#origins.push(origin);
    this.#level.push(level);
    this.#last.push(last);
    this.#beforeLast.push(beforeLast);
    this.#settled.push(settled);
  }
}
