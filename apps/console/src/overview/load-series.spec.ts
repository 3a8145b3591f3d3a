import { describe, expect, it } from 'vitest';
import { EMPTY_SERIES, extended } from './load-series.js';

const at = (second: number) => new Date(second * 1_000).toISOString();

const first = extended(EMPTY_SERIES, {
  decidedAt: [at(1), at(2)],
  origins: [{ origin: 'near', load: [10, 20], capacity: [50, 50] }],
});

describe('extended', () => {
  it('begins with what there is', () => {
    expect(first.times).toEqual([1, 2]);
    expect(first.origins.get('near')).toEqual({ load: [10, 20], capacity: [50, 50] });
  });

  it('takes only what is newer, and knows nothing of an origin before it was there or after it was gone', () => {
    const { times, origins } = extended(first, {
      decidedAt: [at(2), at(3)],
      origins: [{ origin: 'far', load: [1, 2], capacity: [null, 9] }],
    });
    expect(times).toEqual([1, 2, 3]);
    expect(origins.get('far')).toEqual({ load: [null, null, 2], capacity: [null, null, 9] });
    expect(origins.get('near')).toEqual({ load: [10, 20, null], capacity: [50, 50, null] });
  });

  it('stays the very same when nothing is newer', () => {
    expect(extended(first, { decidedAt: [at(2)], origins: [] })).toBe(first);
  });

  it('lets the oldest go', () => {
    const cycles = Array.from({ length: 300 }, (_, index) => index + 3);
    const { times, origins } = extended(first, {
      decidedAt: cycles.map(at),
      origins: [{ origin: 'near', load: cycles, capacity: cycles }],
    });
    expect(times).toHaveLength(240);
    expect(times.at(-1)).toBe(302);
    expect(origins.get('near')?.load.at(0)).toBe(times[0]);
  });
});
