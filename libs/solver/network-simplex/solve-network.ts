import type { ArrayShelf } from './array-shelf.js';
import type { Basis } from './basis.js';
import type { Network } from './network.js';
import { optimise, type Optimised, type PivotLimits } from './network-simplex.js';
import { sampleNetwork } from './sample-network.js';
import { startingFlow, type StartingFlow } from './starting-flow.js';
import type { Reluctance } from './reluctance.js';
import { concat, floatAt, numbersBelow } from './typed-arrays.js';

/** With fewer sources prices are found as fast as they are estimated. */
const LEAST_SAMPLED_SOURCES = 300;

/** With fewer sources for each node whose price is asked for, a sample says nothing about many of them. */
const LEAST_SOURCES_PER_PRICE = 4;

/** Sources of a network for each one of its sample. */
const SOURCES_PER_SAMPLED = 4;

/** Sources for each one that is likely to change its mind. */
const SOURCES_PER_WAVERING = 6;

/** To find a quantile that need not be exact. */
const MOST_FIGURES_RANKED = 500;

export interface SolvedNetwork extends Optimised {
  readonly basis: Basis;
  readonly reluctance: Reluctance;
  /** By node that is no source: what a unit more there would cost. */
  readonly prices: Float64Array;
}

/** Flow of least cost. The closer the prices (by node that is no source) are to those of the answer, the sooner. */
export function solveNetwork(
  network: Network,
  prices: Float64Array,
  limits: PivotLimits,
  shelf: ArrayShelf,
): SolvedNetwork {
  return solveFrom(startingFlow(network, prices, shelf), limits);
}

/** Flow of least cost. Uses the starting flow up. */
export function solveFrom({ basis, reluctance }: StartingFlow, limits: PivotLimits): SolvedNetwork {
  const asking = { ...splitByReluctance(basis.network, reluctance), reluctance };
  return { ...optimise(basis, asking, limits), basis, reluctance, prices: pricesOf(basis) };
}

/**
 * What a sample of the network pays, started at what a sample of the sample pays, down to a few sources. Each sample is on
 * the inner shelf of the one it is taken from.
 */
export function estimatePrices(network: Network, limits: PivotLimits, outerShelf: ArrayShelf): Float64Array {
  const prices = network.root - network.sourceCount;
  if (network.sourceCount < Math.max(LEAST_SAMPLED_SOURCES, LEAST_SOURCES_PER_PRICE * prices)) {
    return new Float64Array(prices);
  }
  const shelf = outerShelf.emptyInner();
  const sample = sampleNetwork(network, Math.ceil(network.sourceCount / SOURCES_PER_SAMPLED), shelf);
  return solveNetwork(sample, estimatePrices(sample, limits, shelf), limits, shelf).prices;
}

/** How far from balance prices leave a small sample of the network. */
export function imbalanceOfSample(network: Network, prices: Float64Array, outerShelf: ArrayShelf): number {
  const shelf = outerShelf.emptyInner();
  return startingFlow(sampleNetwork(network, LEAST_SAMPLED_SOURCES, shelf), prices, shelf).imbalance;
}

function pricesOf({ network, tree }: Basis): Float64Array {
  return tree.potentials.slice(network.sourceCount, network.root).map((potential) => 0 - potential);
}

/**
 * In front all nodes that are no sources, and those sources that would lose least if they changed anything, these before
 * those. At prices that are not quite right, who changes first must be who loses least: else many change, only to change
 * back.
 */
function splitByReluctance(
  { root, sourceCount }: Network,
  reluctance: Reluctance,
): { readonly front: Int32Array; readonly back: Int32Array } {
  const losses = new Float64Array(sourceCount);
  for (let source = 0; source < sourceCount; source += 1) losses[source] = reluctance.lossOf(source);
  const limit = quantileOf(losses, 1 / SOURCES_PER_WAVERING);
  const nodes = numbersBelow(root);
  const sources = nodes.subarray(0, sourceCount);
  const front = sources.filter((source) => floatAt(losses, source) <= limit);
  const back = sources.filter((source) => floatAt(losses, source) > limit);
  front.sort((one, other) => floatAt(losses, one) - floatAt(losses, other));
  return { front: concat(nodes.subarray(sourceCount), front), back };
}

/** About that one below which a part of the figures is: that of some of them. */
function quantileOf(figures: Float64Array, part: number): number {
  const step = Math.max(1, Math.ceil(figures.length / MOST_FIGURES_RANKED));
  const some = new Float64Array(Math.ceil(figures.length / step));
  for (let index = 0; index < some.length; index += 1) some[index] = floatAt(figures, index * step);
  return floatAt(some.sort(), Math.floor(some.length * part));
}
