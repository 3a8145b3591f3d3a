import { describe, expect, it } from 'vitest';
import { preferredWaitMs } from './prefer-wait.js';

describe('preferredWaitMs', () => {
  it.each([
    [undefined, 0],
    ['', 0],
    ['wait=25', 25_000],
    ['wait=0', 0],
    ['Wait = 7', 7_000],
    ['wait="10"', 10_000],
    ['respond-async, wait=5', 5_000],
    ['respond-async; wait=5', 5_000],
    ['wait=3600', 60_000],
    ['await=5', 0],
    ['wait=soon', 0],
    ['wait=-5', 0],
    ['wait', 0],
  ])('reads %j as %d ms', (prefer, waitMs) => {
    expect(preferredWaitMs(prefer)).toBe(waitMs);
  });
});
