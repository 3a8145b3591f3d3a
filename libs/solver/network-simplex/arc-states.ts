import type { ArrayShelf } from './array-shelf.js';
import type { Network } from './network.js';
import { byteAt, floatAt } from './typed-arrays.js';

/*
 * Where the flow of an arc is. Even: at rest, where its cost bends or ends. Odd: on the piece between, which is in the
 * tree. So one more is a step up, and one less a step down.
 */
export const AT_LEAST = 0;
const TO_HELD = 1;
export const AT_HELD = 2;
export const BEYOND_HELD = 3;
export const AT_MOST = 4;

/** The state of every arc, and what one unit more or less on it would cost. */
export class ArcStates {
  private constructor(
    private readonly network: Network,
    readonly states: Uint8Array,
    /**
     * Two by arc, beside each other since they are asked for together: what one unit more costs, Infinity where there is no
     * room, and what one unit less saves, -Infinity where there is none; both in the tree, too.
     */
    readonly costs: Float64Array,
  ) {}

  /** Nothing is known of any arc yet. */
  static borrow(network: Network, shelf: ArrayShelf): ArcStates {
    const arcs = network.to.length;
    return new ArcStates(network, shelf.bytes(arcs), shelf.floats(2 * arcs));
  }

  /** Lets an arc rest. Where a piece has no width, both its ends are the held point. */
  rest(arc: number, end: number): void {
    const { widthToHeld, widthBeyond, costToHeld, costBeyond } = this.network;
    const canShrinkToLeast = floatAt(widthToHeld, arc) > 0;
    const canGrowToMost = floatAt(widthBeyond, arc) > 0;
    if (end === AT_LEAST && canShrinkToLeast) {
      this.set(arc, AT_LEAST, floatAt(costToHeld, arc), -Infinity);
    } else if (end === AT_MOST && canGrowToMost) {
      this.set(arc, AT_MOST, Infinity, floatAt(costBeyond, arc));
    } else {
      const growCost = canGrowToMost ? floatAt(costBeyond, arc) : Infinity;
      this.set(arc, AT_HELD, growCost, canShrinkToLeast ? floatAt(costToHeld, arc) : -Infinity);
    }
  }

  /** Takes a piece of an arc into the tree. */
  enter(arc: number, piece: number): void {
    this.set(arc, piece, Infinity, -Infinity);
  }

  widthOf(arc: number, piece: number): number {
    return piece === TO_HELD ? floatAt(this.network.widthToHeld, arc) : floatAt(this.network.widthBeyond, arc);
  }

  /** Flow below the piece or the corner where the arc is. */
  flowBelow(arc: number): number {
    const { widthToHeld, widthBeyond } = this.network;
    const state = byteAt(this.states, arc);
    if (state < AT_HELD) return 0;
    return floatAt(widthToHeld, arc) + (state === AT_MOST ? floatAt(widthBeyond, arc) : 0);
  }

  private set(arc: number, state: number, growCost: number, shrinkCost: number): void {
    this.states[arc] = state;
    this.costs[2 * arc] = growCost;
    this.costs[2 * arc + 1] = shrinkCost;
  }
}
