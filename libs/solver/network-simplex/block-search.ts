import type { Network } from './network.js';
import { floatAt, intAt } from './typed-arrays.js';

const NONE = -1;
const LEAST_BLOCK_SIZE = 10;

/**
 * Which arc enters next: arcs are looked at in blocks, in turn, and of the first block that has any that would gain
 * something, the one that gains most is taken. Looking at all would find better ones, but take longer than they save.
 */
export class BlockSearch {
  private readonly blockSize: number;
  /** Where the next block begins. */
  private start = 0;

  constructor(private readonly network: Network) {
    this.blockSize = Math.max(LEAST_BLOCK_SIZE, Math.ceil(Math.sqrt(network.firstExcessArc) / 2));
  }

  /**
   * The arc to enter; -1 when none would gain anything, so that the flow is optimal. `direction` is 1 for arcs whose flow
   * may grow, -1 where it may shrink, 0 for those in the tree.
   */
  findEnteringArc(direction: Int32Array, potential: Float64Array): number {
    const arcCount = this.network.firstExcessArc;
    for (let seen = 0; seen < arcCount;) {
      const end = Math.min(this.start + this.blockSize, arcCount);
      const entering = this.bestOf(this.start, end, direction, potential);
      seen += end - this.start;
      this.start = end === arcCount ? 0 : end;
      if (entering !== NONE) return entering;
    }
    return NONE;
  }

  private bestOf(start: number, end: number, direction: Int32Array, potential: Float64Array): number {
    const { from, to, cost } = this.network;
    let best = NONE;
    let lowest = 0;
    for (let arc = start; arc < end; arc += 1) {
      const reducedCost =
        floatAt(cost, arc) + floatAt(potential, intAt(from, arc)) - floatAt(potential, intAt(to, arc));
      const change = intAt(direction, arc) * reducedCost;
      if (change >= lowest) continue;
      lowest = change;
      best = arc;
    }
    return best;
  }
}
