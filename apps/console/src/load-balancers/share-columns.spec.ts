import { expect, it } from 'vitest';
import { shareColumns } from './share-columns.js';

const change = (second: number, near: number) => ({
  decidedAt: new Date(second * 1_000).toISOString(),
  shares: [
    { origin: 'far', share: 1 - near },
    { origin: 'near', share: near },
  ],
  reason: 'overload' as const,
  sentence: 'moved',
});

it('stacks shares, and draws the last ones until now', () => {
  const changes = [change(1, 1), change(5, 0.75)];
  const columns = shareColumns(changes, ['near', 'far'], 9);
  expect(columns.times).toEqual([1, 5, 9]);
  expect(columns.sums).toEqual([
    [1, 0.75, 0.75],
    [1, 1, 1],
  ]);
  expect(columns.changes).toEqual([...changes, null]);
});

it('has nothing to draw before the first change', () => {
  expect(shareColumns([], ['near'], 9)).toEqual({ times: [], origins: ['near'], sums: [[]], changes: [] });
});
