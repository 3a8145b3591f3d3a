import type { Network } from './network.js';
import { floatAt, intAt } from './typed-arrays.js';

const NONE = -1;

/** Builds a network arc by arc. */
export class NetworkWriter {
  private readonly from: Int32Array;
  private readonly to: Int32Array;
  private readonly capacity: Float64Array;
  private readonly cost: Float64Array;
  private readonly nextArc: Int32Array;
  private readonly firstArc: Int32Array;
  private readonly lastArc: Int32Array;
  private readonly supply: Float64Array;
  private arcCount = 0;

  /** For at most `mostArcs` arcs, excess arcs not counted. */
  constructor(
    private readonly sourceCount: number,
    private readonly root: number,
    mostArcs: number,
  ) {
    const size = mostArcs + sourceCount;
    this.from = new Int32Array(size);
    this.to = new Int32Array(size);
    this.capacity = new Float64Array(size);
    this.cost = new Float64Array(size);
    this.nextArc = new Int32Array(size).fill(NONE);
    this.firstArc = new Int32Array(root).fill(NONE);
    this.lastArc = new Int32Array(root).fill(NONE);
    this.supply = new Float64Array(root);
  }

  addSupply(node: number, amount: number): void {
    this.supply[node] = floatAt(this.supply, node) + amount;
  }

  /** Answers the number of the new arc; -1, and adds none, when it could carry nothing. */
  addArc(from: number, to: number, capacity: number, cost: number): number {
    if (capacity <= 0) return NONE;
    const arc = this.placeArc(from, to, capacity, cost);
    const last = intAt(this.lastArc, from);
    if (last === NONE) this.firstArc[from] = arc;
    else this.nextArc[last] = arc;
    this.lastArc[from] = arc;
    return arc;
  }

  finish(excessCost: number): Network {
    const { sourceCount, root, supply, firstArc, arcCount: firstExcessArc } = this;
    for (let source = 0; source < sourceCount; source += 1) this.placeArc(source, root, Infinity, excessCost);
    const size = this.arcCount;
    return {
      root,
      sourceCount,
      from: this.from.subarray(0, size),
      to: this.to.subarray(0, size),
      capacity: this.capacity.subarray(0, size),
      cost: this.cost.subarray(0, size),
      supply: supply.map((amount) => Math.max(0, amount)),
      firstExcessArc,
      firstArc,
      nextArc: this.nextArc.subarray(0, size),
    };
  }

  private placeArc(from: number, to: number, capacity: number, cost: number): number {
    const arc = this.arcCount;
    this.from[arc] = from;
    this.to[arc] = to;
    this.capacity[arc] = capacity;
    this.cost[arc] = cost;
    this.arcCount += 1;
    return arc;
  }
}
