import { describe, expect, it } from 'vitest';
import type { Problem } from '#core/formulate/problem.js';
import { aGlobe, withDemandsMoved } from '#benchmark/globe-problem.js';
import { ArrayShelf } from './array-shelf.js';
import type { Basis } from './basis.js';
import { noLimits } from './example-network.js';
import { NetworkWriter, type NextNetwork } from './network-writer.js';
import { readColumns } from './problem-columns.js';
import { type ReadShares, ShareMemory } from './share-memory.js';
import { estimatePrices, solveNetwork } from './solve-network.js';

const first = aGlobe({ balancers: 2, edges: 40, origins: 5 });
const second = withDemandsMoved(first, { part: 0.1, by: 0.2 }, 1);
const third = withDemandsMoved(second, { part: 0.1, by: 0.2 }, 2);

function optimumOf({ written: { network } }: NextNetwork): Basis {
  const shelf = new ArrayShelf();
  return solveNetwork(network, estimatePrices(network, noLimits, shelf), noLimits, shelf).basis;
}

function readOf(problem: Problem): ReadShares {
  const next = new NetworkWriter().write(problem, readColumns(problem));
  return new ShareMemory().read(problem, next, optimumOf(next));
}

describe('ShareMemory', () => {
  it('reads what it would read without one', () => {
    const [writer, memory] = [new NetworkWriter(), new ShareMemory()];
    for (const problem of [first, second, third, second, second]) {
      const next = writer.write(problem, readColumns(problem));
      expect(memory.read(problem, next, optimumOf(next))).toEqual(readOf(problem));
    }
  });

  it('reads all again when it missed a network', () => {
    const [writer, memory] = [new NetworkWriter(), new ShareMemory()];
    const next = writer.write(first, readColumns(first));
    memory.read(first, next, optimumOf(next));
    writer.write(second, readColumns(second));
    const last = writer.write(third, readColumns(third));
    expect(memory.read(third, last, optimumOf(last))).toEqual(readOf(third));
  });

  it('answers shares that stay as they are', () => {
    const [writer, memory] = [new NetworkWriter(), new ShareMemory()];
    const next = writer.write(first, readColumns(first));
    const { shares } = memory.read(first, next, optimumOf(next));
    const before = shares.slice();
    const last = writer.write(second, readColumns(second));
    memory.read(second, last, optimumOf(last));
    expect(shares).toEqual(before);
  });
});
