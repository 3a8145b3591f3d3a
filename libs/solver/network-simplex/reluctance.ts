import type { Basis } from './basis.js';
import { floatAt } from './typed-arrays.js';

/** Gains from every change: it is always to be asked. */
const WAVERING = -1;

/**
 * What each source would at least lose by changing any of its arcs, at the prices there were when that was told. Prices
 * that have moved since take away at most by how much more one has moved than another, the spread: a source that would lose
 * more than that need not be asked. Exact, as all figures are integers.
 */
export class Reluctance {
  /** By node: the potentials of then. */
  private readonly told: Float64Array;
  private spread = 0;

  /** `losses` by source, at the potentials of now. */
  constructor(
    private readonly basis: Basis,
    readonly losses: Float64Array,
  ) {
    this.told = basis.tree.potentials.slice();
  }

  /** Takes note of where prices are now. */
  look(): void {
    const { root, sourceCount } = this.basis.network;
    const { potentials } = this.basis.tree;
    // The root's price never moves.
    let [least, most] = [0, 0];
    for (let node = sourceCount; node < root; node += 1) {
      const moved = floatAt(potentials, node) - floatAt(this.told, node);
      if (moved < least) least = moved;
      if (moved > most) most = moved;
    }
    this.spread = most - least;
  }

  /** Whether a source would lose by any change at the prices of the last look. */
  isSettled(source: number): boolean {
    return floatAt(this.losses, source) > this.spread;
  }

  /** What was told of a source no longer holds. */
  forget(source: number): void {
    this.losses[source] = WAVERING;
  }

  /** By source: what each loses at least at the prices of the last look. Those that may lose nothing are asked again. */
  lossesNow(): Float64Array {
    const { tree } = this.basis;
    return this.losses.map((loss, source) => {
      if (loss > this.spread) return loss - this.spread;
      const potential = tree.potentialOf(source);
      const arc = this.basis.bestArcOf(source, potential, -Infinity);
      return arc < 0 ? Number.MAX_VALUE : -this.basis.gainOf(arc, potential);
    });
  }
}
