import { describe, expect, it } from 'vitest';
import { ArrayShelf } from './array-shelf.js';
import { aNetwork } from './example-network.js';
import { sampleNetwork } from './sample-network.js';

/** 100 sources, of which one sends as much as all others; all may go to two nodes, and are held in parts. */
const supplies = Array.from({ length: 100 }, (_none, source) => (source === 42 ? 99 * 8 : 8));
const network = aNetwork({
  sourceCount: 100,
  root: 102,
  excessCost: 1_000,
  supply: [...supplies, 5, 0],
  arcs: [
    ...supplies.flatMap((supply, from) => [
      { from, to: 100, width: supply / 2, cost: from, toHeld: { width: supply / 4, cost: from } },
      { from, to: 101, width: Infinity, cost: 7 },
    ]),
    { from: 100, to: 102, width: 500, cost: 1 },
    { from: 100, to: 102, width: Infinity, cost: 9 },
    { from: 101, to: 102, width: Infinity, cost: 3 },
  ],
});

describe('sampleNetwork', () => {
  const sample = sampleNetwork(network, 20, new ArrayShelf());
  const sources = Array.from({ length: sample.sourceCount }, (_none, source) => source);

  it('has fewer sources that send as much in all, up to a portion', () => {
    expect(sample.sourceCount).toBeGreaterThan(9);
    expect(sample.sourceCount).toBeLessThanOrEqual(20);
    const total = sources.reduce((sum, source) => sum + sample.supply[source]!, 0);
    expect(Math.abs(total - 2 * 99 * 8)).toBeLessThanOrEqual((2 * 99 * 8) / 20 + 1);
  });

  it('never misses one that sends much', () => {
    const cost = (source: number): number => sample.costBeyond[sample.firstArc[source]!]!;
    const giant = sources.find((source) => cost(source) === 42)!;
    expect(sample.supply[giant]! / (99 * 8)).toBeCloseTo(1, 1);
  });

  it('lets arcs grow with what their source sends', () => {
    for (const source of sources) {
      const arc = sample.firstArc[source]!;
      expect(sample.widthBeyond[arc]! / sample.supply[source]!).toBeCloseTo(0.5, 1);
      expect(sample.widthToHeld[arc]! / sample.supply[source]!).toBeCloseTo(0.25, 1);
      expect(sample.widthBeyond[arc + 1]).toBe(Infinity);
    }
  });

  it('keeps all other nodes as they are', () => {
    const first = sample.firstArc[sample.sourceCount]!;
    const shift = network.root - sample.root;
    expect(Array.from(sample.widthBeyond.slice(first))).toEqual([500, Infinity, Infinity]);
    expect(Array.from(sample.costBeyond.slice(first))).toEqual([1, 9, 3]);
    expect(Array.from(sample.to.slice(first), (to) => to + shift)).toEqual([102, 102, 102]);
    expect(Array.from(sample.supply.slice(sample.sourceCount))).toEqual([5, 0]);
  });
});
