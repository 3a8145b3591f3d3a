import type { Basis } from './basis.js';
import type { Network } from './network.js';
import { floatAt, intAt } from './typed-arrays.js';

/** Less than nothing: who loses so much is always to be asked. */
const WAVERING = -1;

/**
 * What each source would at least lose by changing any of its arcs, at the prices there were when that was told. Since
 * then prices have moved: more at some of the nodes it leads to than at others, and by that spread at most a change has
 * become less of a loss. A source that would lose more than that need not be asked. Exact, as all figures are integers.
 */
export class Reluctance {
  /** By node: the potentials of then. */
  private readonly told: Float64Array;
  private readonly neighbourhoods: Neighbourhoods;
  /** By neighbourhood. */
  private readonly spreads: Float64Array;

  /** `losses` by source, at the potentials of now. */
  constructor(
    private readonly basis: Basis,
    readonly losses: Float64Array,
  ) {
    this.told = basis.tree.potentials.slice();
    this.neighbourhoods = neighbourhoodsOf(basis.network);
    this.spreads = new Float64Array(this.neighbourhoods.firstSources.length);
  }

  /** Takes note of where prices are now. */
  look(): void {
    const { potentials } = this.basis.tree;
    const { firstArc, to } = this.basis.network;
    this.neighbourhoods.firstSources.forEach((source, neighbourhood) => {
      // The price of excess never moves.
      let [least, most] = [0, 0];
      const end = intAt(firstArc, source + 1);
      for (let arc = intAt(firstArc, source); arc < end; arc += 1) {
        const node = intAt(to, arc);
        const moved = floatAt(potentials, node) - floatAt(this.told, node);
        if (moved < least) least = moved;
        if (moved > most) most = moved;
      }
      this.spreads[neighbourhood] = most - least;
    });
  }

  /** Whether a source would lose by any change at the prices of the last look. */
  isSettled(source: number): boolean {
    return floatAt(this.losses, source) > this.spreadAt(source);
  }

  /** What was told of a source no longer holds. */
  forget(source: number): void {
    this.losses[source] = WAVERING;
  }

  /** By source: what each loses at least at the prices of the last look. Those that may lose nothing are asked again. */
  lossesNow(): Float64Array {
    const { tree } = this.basis;
    return this.losses.map((loss, source) => {
      if (this.isSettled(source)) return loss - this.spreadAt(source);
      const potential = tree.potentialOf(source);
      const arc = this.basis.bestArcOf(source, potential, -Infinity);
      return arc < 0 ? Number.MAX_VALUE : -this.basis.gainOf(arc, potential);
    });
  }

  private spreadAt(source: number): number {
    return floatAt(this.spreads, intAt(this.neighbourhoods.ofSource, source));
  }
}

/** Sources beside each other that lead to the same nodes, as those of one load balancer mostly do. */
interface Neighbourhoods {
  readonly ofSource: Int32Array;
  readonly firstSources: Int32Array;
}

function neighbourhoodsOf(network: Network): Neighbourhoods {
  const ofSource = new Int32Array(network.sourceCount);
  const firstSources: number[] = [];
  for (let source = 0; source < network.sourceCount; source += 1) {
    if (source === 0 || !leadAlike(network, source - 1, source)) firstSources.push(source);
    ofSource[source] = firstSources.length - 1;
  }
  return { ofSource, firstSources: Int32Array.from(firstSources) };
}

function leadAlike({ firstArc, to }: Network, one: number, other: number): boolean {
  const start = intAt(firstArc, one);
  const shift = intAt(firstArc, other) - start;
  if (intAt(firstArc, other + 1) !== start + 2 * shift) return false;
  for (let arc = start; arc < start + shift; arc += 1) {
    if (intAt(to, arc) !== intAt(to, arc + shift)) return false;
  }
  return true;
}
