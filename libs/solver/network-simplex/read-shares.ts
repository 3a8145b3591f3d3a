import type { Arc, Problem } from '#core/formulate/problem.js';
import { floatAt, intAt } from './typed-arrays.js';
import { heldWithinBounds, type WrittenNetwork } from './write-network.js';

/**
 * The shares that flows mean. Full pieces count for exactly what they stand for, and an arc that is neither empty nor full
 * takes what is left of 1: shares are precise even for a pair so idle that its demand is few units.
 */
export function readShares(problem: Problem, written: WrittenNetwork, flow: Float64Array): readonly number[] {
  const reader = new ShareReader(problem, written, flow);
  const shares = problem.arcs.map((arc, index) => reader.shareOf(arc, index));
  const missing = Float64Array.from(problem.pairs, () => 1);
  problem.arcs.forEach(({ pair }, index) => {
    missing[pair] = floatAt(missing, pair) - (shares[index] ?? NaN);
  });
  return problem.arcs.map((arc, index) => {
    const share = shares[index] ?? NaN;
    if (!reader.isPartlyFull(index)) return share;
    const closed = Math.min(arc.maxShare, Math.max(arc.minShare, share + floatAt(missing, arc.pair)));
    missing[arc.pair] = floatAt(missing, arc.pair) - (closed - share);
    return closed;
  });
}

class ShareReader {
  constructor(
    private readonly problem: Problem,
    private readonly written: WrittenNetwork,
    private readonly flow: Float64Array,
  ) {}

  shareOf(arc: Arc, index: number): number {
    const { pieceToHeld, pieceBeyond, units } = this.written;
    const held = heldWithinBounds(arc);
    const demandUnits = (this.problem.pairs[arc.pair]?.demand ?? NaN) * units.perConnection;
    const toHeld = this.partOf(intAt(pieceToHeld, index), held - arc.minShare, demandUnits);
    const beyond = this.partOf(intAt(pieceBeyond, index), arc.maxShare - held, demandUnits);
    return Math.min(arc.maxShare, arc.minShare + toHeld + beyond);
  }

  isPartlyFull(index: number): boolean {
    const { pieceToHeld, pieceBeyond } = this.written;
    return this.isPieceBetween(intAt(pieceToHeld, index)) || this.isPieceBetween(intAt(pieceBeyond, index));
  }

  /** Share that a piece carries: `width` when it is full. */
  private partOf(piece: number, width: number, demandUnits: number): number {
    if (piece === -1) return 0;
    return this.isPieceBetween(piece)
      ? floatAt(this.flow, piece) / demandUnits
      : floatAt(this.flow, piece) > 0
        ? width
        : 0;
  }

  private isPieceBetween(piece: number): boolean {
    if (piece === -1) return false;
    const flow = floatAt(this.flow, piece);
    return flow > 0 && flow < floatAt(this.written.network.capacity, piece);
  }
}
