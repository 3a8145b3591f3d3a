import type { ArrayShelf } from './array-shelf.js';
import { borrowNetwork, type Network } from './network.js';
import { floatAt, intAt } from './typed-arrays.js';

/**
 * A network like another with about so many of its sources, which send as much in all. A source has one chance in
 * proportion to what it sends, and sends for all those passed over: `supply` is cut into equal portions, and whoever has
 * the end of a portion sends it (systematic sampling by size). Nodes that are no sources keep their order and their arcs.
 */
export function sampleNetwork(network: Network, sources: number, shelf: ArrayShelf): Network {
  const chosen = chooseSources(network, sources);
  const writer = new SampleWriter(network, chosen, shelf);
  chosen.forEach(({ source, supply }) => {
    writer.addSource(source, supply);
  });
  for (let node = network.sourceCount; node < network.root; node += 1) writer.addNode(node);
  return writer.finish();
}

interface ChosenSource {
  readonly source: number;
  readonly supply: number;
}

function chooseSources({ supply, sourceCount }: Network, sources: number): readonly ChosenSource[] {
  let total = 0;
  for (let source = 0; source < sourceCount; source += 1) total += Math.max(0, floatAt(supply, source));
  const portion = Math.max(1, Math.ceil(total / sources));
  const chosen: ChosenSource[] = [];
  let since = Math.floor(portion / 2);
  for (let source = 0; source < sourceCount; source += 1) {
    since += Math.max(0, floatAt(supply, source));
    if (since < portion) continue;
    const portions = Math.floor(since / portion);
    since -= portions * portion;
    chosen.push({ source, supply: portions * portion });
  }
  return chosen;
}

class SampleWriter {
  private readonly sample: Network;
  /** How much lower numbers are in the sample. */
  private readonly shift: number;
  private nodes = 0;
  private arcs = 0;

  constructor(
    private readonly whole: Network,
    chosen: readonly ChosenSource[],
    shelf: ArrayShelf,
  ) {
    const { firstArc, sourceCount, root, excessCost } = whole;
    const arcsOf = (node: number): number => intAt(firstArc, node + 1) - intAt(firstArc, node);
    const innerArcs = intAt(firstArc, root) - intAt(firstArc, sourceCount);
    const arcs = chosen.reduce((sum, { source }) => sum + arcsOf(source), innerArcs);
    this.shift = sourceCount - chosen.length;
    this.sample = borrowNetwork({ root: root - this.shift, sourceCount: chosen.length, arcs, excessCost }, shelf);
    this.sample.firstArc[0] = 0;
  }

  /** Its arcs grow with what it sends. */
  addSource(source: number, supply: number): void {
    this.addArcs(source, supply / floatAt(this.whole.supply, source));
    this.close(supply);
  }

  addNode(node: number): void {
    this.addArcs(node, 1);
    this.close(floatAt(this.whole.supply, node));
  }

  finish(): Network {
    return this.sample;
  }

  private addArcs(node: number, scale: number): void {
    const { whole, sample } = this;
    const end = intAt(whole.firstArc, node + 1);
    for (let arc = intAt(whole.firstArc, node); arc < end; arc += 1) {
      const copy = this.arcs;
      sample.to[copy] = intAt(whole.to, arc) - this.shift;
      sample.widthToHeld[copy] = Math.round(floatAt(whole.widthToHeld, arc) * scale);
      sample.widthBeyond[copy] = Math.round(floatAt(whole.widthBeyond, arc) * scale);
      sample.costToHeld[copy] = floatAt(whole.costToHeld, arc);
      sample.costBeyond[copy] = floatAt(whole.costBeyond, arc);
      this.arcs += 1;
    }
  }

  private close(supply: number): void {
    this.sample.supply[this.nodes] = supply;
    this.nodes += 1;
    this.sample.firstArc[this.nodes] = this.arcs;
  }
}
