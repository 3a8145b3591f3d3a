import type { Basis } from './basis.js';
import type { Network } from './network.js';
import { floatAt, intAt } from './typed-arrays.js';

/** Who loses less than nothing is always to be asked. */
const WAVERING = -Infinity;

/**
 * What each source would at least lose by one unit more on any of its arcs, and by one unit less, at the prices there were
 * when that was told. Since then prices have moved: at the node it leads to in the tree, and most and least at those it may
 * lead to; by the difference at most a change has become less of a loss. A source that would lose more than that need not be
 * asked. Exact, as all figures are integers; and while a source is not told to waver, its arc in the tree stays the same.
 */
export class Reluctance {
  /** By node: the potentials of then, and how they have moved since. */
  private readonly told: Float64Array;
  private readonly moved: Float64Array;
  /** By neighbourhood: how potentials have moved where it leads to. */
  private readonly most: Float64Array;
  private readonly least: Float64Array;

  /** Losses by source, at the potentials of now; to be told of each source while it is a leaf. */
  constructor(
    private readonly basis: Basis,
    private readonly byGrowing = new Float64Array(basis.network.sourceCount),
    private readonly byShrinking = new Float64Array(basis.network.sourceCount),
    private readonly neighbourhoods = neighbourhoodsOf(basis.network),
  ) {
    const count = neighbourhoods.firstSources.length;
    this.told = basis.tree.potentials.slice();
    this.moved = new Float64Array(this.told.length);
    this.most = new Float64Array(count);
    this.least = new Float64Array(count);
  }

  /** Takes down what the basis was last asked, of this source. */
  tell(source: number): void {
    this.byGrowing[source] = -this.basis.gainByGrowing;
    this.byShrinking[source] = -this.basis.gainByShrinking;
  }

  /** What was told of a source no longer holds. */
  forget(source: number): void {
    this.byGrowing[source] = WAVERING;
  }

  /** What a source would lose by the best change there is. */
  lossOf(source: number): number {
    return Math.min(Number.MAX_VALUE, floatAt(this.byGrowing, source), floatAt(this.byShrinking, source));
  }

  /** Those of some nodes that may gain something at the prices of now; nodes that are no sources always may. */
  unsettledOf(nodes: Int32Array): Int32Array {
    this.look();
    const { sourceCount } = this.basis.network;
    const unsettled = new Int32Array(nodes.length);
    let count = 0;
    for (const node of nodes) {
      if (node < sourceCount && this.isSettled(node)) continue;
      unsettled[count] = node;
      count += 1;
    }
    return unsettled.subarray(0, count);
  }

  /** The same at the prices of now. Uses this up. */
  continued(): Reluctance {
    this.look();
    const { byGrowing, byShrinking } = this;
    for (let source = 0; source < byGrowing.length; source += 1) {
      if (this.isSettled(source)) {
        byGrowing[source] = floatAt(byGrowing, source) - this.lessByGrowing(source);
        byShrinking[source] = floatAt(byShrinking, source) - this.lessByShrinking(source);
      } else {
        this.basis.ask(source, this.basis.tree.potentialOf(source), -Infinity);
        this.tell(source);
      }
    }
    return new Reluctance(this.basis, byGrowing, byShrinking, this.neighbourhoods);
  }

  /** Takes note of where prices are now. */
  private look(): void {
    const { told, moved, most, least, neighbourhoods } = this;
    const { firstArc, to, root, sourceCount } = this.basis.network;
    const { potentials } = this.basis.tree;
    for (let node = sourceCount; node < root; node += 1) moved[node] = floatAt(potentials, node) - floatAt(told, node);
    neighbourhoods.firstSources.forEach((source, neighbourhood) => {
      // The price of excess never moves.
      let [lowest, highest] = [0, 0];
      const end = intAt(firstArc, source + 1);
      for (let arc = intAt(firstArc, source); arc < end; arc += 1) {
        const here = floatAt(moved, intAt(to, arc));
        if (here < lowest) lowest = here;
        if (here > highest) highest = here;
      }
      most[neighbourhood] = highest;
      least[neighbourhood] = lowest;
    });
  }

  /** Whether a source would lose by any change at the prices of the last look. */
  private isSettled(source: number): boolean {
    return (
      floatAt(this.byGrowing, source) > this.lessByGrowing(source) &&
      floatAt(this.byShrinking, source) > this.lessByShrinking(source)
    );
  }

  private lessByGrowing(source: number): number {
    return floatAt(this.most, intAt(this.neighbourhoods.ofSource, source)) - this.movedBelow(source);
  }

  private lessByShrinking(source: number): number {
    return this.movedBelow(source) - floatAt(this.least, intAt(this.neighbourhoods.ofSource, source));
  }

  private movedBelow(source: number): number {
    return floatAt(this.moved, intAt(this.basis.tree.parents, source));
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
