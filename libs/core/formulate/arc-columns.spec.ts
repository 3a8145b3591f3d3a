import { describe, expect, it } from 'vitest';
import { arcColumns, ArcWriter, listArcs } from './arc-columns.js';

const bounds = { minShare: 0, maxShare: 1, heldShare: null, uncertaintyMs: 0 };
const first = { pair: 0, route: 1, costMs: 10, ...bounds };
const second = { pair: 0, route: 0, costMs: 20, minShare: 0.1, maxShare: 0.5, heldShare: 0.3, uncertaintyMs: 4 };
const third = { pair: 2, route: 2, costMs: 30, ...bounds };

describe('arc columns', () => {
  it('tell the arcs that were put in', () => {
    expect(listArcs(arcColumns(3, [first, second, third]))).toEqual([first, second, third]);
  });

  it('take a cost that tells no uncertainty for certain', () => {
    const { uncertaintyMs, ...certain } = first;
    expect(listArcs(arcColumns(1, [certain]))).toEqual([{ ...certain, uncertaintyMs }]);
  });

  it('are pair by pair, in whichever order arcs came', () => {
    const columns = arcColumns(3, [third, first, second]);
    expect(listArcs(columns)).toEqual([first, second, third]);
    expect(Array.from(columns.firstArc)).toEqual([0, 2, 2, 3]);
  });

  it('end where writing ended, however many were expected', () => {
    const writer = new ArcWriter(10, 10);
    expect(writer.add(4, 5, 0, 1, Number.NaN, 0)).toBe(0);
    expect(writer.endPair()).toBe(0);
    expect(listArcs(writer.finish())).toEqual([{ pair: 0, route: 4, costMs: 5, ...bounds }]);
  });
});
