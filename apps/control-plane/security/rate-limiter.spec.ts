import { describe, expect, it } from 'vitest';
import { ManualClock } from '#testkit/manual-clock.js';
import { RateLimiter } from './rate-limiter.js';

const LIMIT = { quota: 4, windowMs: 1_000 };

describe('RateLimiter', () => {
  it('allows its quota at once, and then one in each part of the window', () => {
    const clock = new ManualClock();
    const limiter = new RateLimiter(LIMIT, clock);
    expect([1, 2, 3, 4].map(() => limiter.take('a').remaining)).toEqual([3, 2, 1, 0]);
    expect(limiter.take('a')).toEqual({ isAllowed: false, remaining: 0, waitMs: 250 });
    clock.advance(249);
    expect(limiter.take('a').isAllowed).toBe(false);
    clock.advance(1);
    expect(limiter.take('a')).toMatchObject({ isAllowed: true, remaining: 0 });
    expect(limiter.take('a').isAllowed).toBe(false);
  });

  it('gives the whole quota back after a window, and no more', () => {
    const clock = new ManualClock();
    const limiter = new RateLimiter(LIMIT, clock);
    for (let count = 0; count < 4; count++) limiter.take('a');
    clock.advance(60_000);
    expect([1, 2, 3, 4, 5].map(() => limiter.take('a').isAllowed)).toEqual([true, true, true, true, false]);
  });

  it('gives back what did not count', () => {
    const limiter = new RateLimiter(LIMIT, new ManualClock());
    for (let count = 0; count < 9; count++) {
      expect(limiter.take('a')).toMatchObject({ isAllowed: true, remaining: 3 });
      limiter.giveBack('a');
    }
    limiter.giveBack('never taken');
    expect(limiter.take('never taken')).toMatchObject({ remaining: 3 });
  });

  it('keeps keys apart, and forgets the longest unused of very many', () => {
    const limiter = new RateLimiter({ quota: 1, windowMs: 1_000 }, new ManualClock());
    for (const key of ['first', 'second']) limiter.take(key);
    expect(limiter.take('first').isAllowed).toBe(false);
    for (let count = 0; count < 9_999; count++) limiter.take(`key-${count}`);
    expect(limiter.take('second').isAllowed).toBe(false);
    expect(limiter.take('first').isAllowed).toBe(true);
  });
});
