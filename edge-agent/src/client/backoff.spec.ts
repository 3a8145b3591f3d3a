import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.js';

describe('backoffMs', () => {
  it.each([
    [1, 500],
    [2, 1_000],
    [5, 8_000],
    [6, 15_000],
    [5_000, 15_000],
  ])('after %i failures is anything up to %i ms', (failures, ceilingMs) => {
    expect(backoffMs(failures, () => 0)).toBe(0);
    expect(backoffMs(failures, () => 0.5)).toBe(ceilingMs / 2);
    expect(backoffMs(failures, () => 0.999)).toBeLessThan(ceilingMs);
  });
});
