import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Leadership } from './leadership.js';

describe('Leadership', () => {
  let log: string[];
  let failures: number;
  let leadership: Leadership;

  beforeEach(() => {
    vi.useFakeTimers();
    log = [];
    failures = 0;
    leadership = new Leadership({
      take: () => {
        if (failures > 0) {
          failures -= 1;
          log.push('failed');
          return Promise.reject(new Error('the database is gone'));
        }
        log.push('took office');
        return Promise.resolve();
      },
      leave: () => {
        log.push('left office');
        return Promise.resolve();
      },
    });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('follows elections, each once', async () => {
    leadership.elected();
    await leadership.settled();
    expect(leadership.isLeading).toBe(true);
    leadership.deposed();
    leadership.deposed();
    expect(leadership.isLeading, 'from the moment it is told').toBe(false);
    await leadership.settled();
    expect(log).toEqual(['took office', 'left office']);
  });

  it('leaves office before it takes it again', async () => {
    leadership.elected();
    await leadership.settled();
    leadership.deposed();
    leadership.elected();
    await leadership.settled();
    expect(leadership.isLeading).toBe(true);
    expect(
      log.filter((entry) => entry === 'took office').length - log.filter((entry) => entry === 'left office').length,
    ).toBe(1);
  });

  it('does not take office when it was deposed before it could', async () => {
    leadership.elected();
    leadership.deposed();
    await leadership.settled();
    expect(leadership.isLeading).toBe(false);
    expect(log.filter((entry) => entry === 'took office')).toHaveLength(
      log.filter((entry) => entry === 'left office').length,
    );
  });

  it('tries again while the store fails', async () => {
    failures = 2;
    leadership.elected();
    const settled = leadership.settled();
    await vi.runAllTimersAsync();
    await settled;
    expect(log).toEqual(['failed', 'failed', 'took office']);
  });
});
