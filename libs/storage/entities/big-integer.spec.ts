import { describe, expect, it } from 'vitest';
import { bigInteger } from './big-integer.js';

describe('bigInteger', () => {
  it.each([
    ['1767225600000', 1_767_225_600_000],
    [1_767_225_600_000, 1_767_225_600_000],
    ['0', 0],
    [null, null],
  ])('reads %j, as one driver or another gives it', (stored, value) => {
    expect(bigInteger.from(stored)).toBe(value);
  });
});
