import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LifeSigns } from './life-signs.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function signs(watchdogMs: number | null) {
  const told: string[] = [];
  const agent = { isAlive: true, status: 'generation 7' };
  const lifeSigns = new LifeSigns({
    notifier: { notify: (...assignments) => Promise.resolve(void told.push(assignments.join(' '))) },
    watchdogMs,
    isAlive: () => agent.isAlive,
    status: () => agent.status,
  });
  return { lifeSigns, told, agent };
}

describe('LifeSigns', () => {
  it('is ready, gives three signs in the time that is waited, and stops', async () => {
    const { lifeSigns, told, agent } = signs(30_000);
    await lifeSigns.start();
    await vi.advanceTimersByTimeAsync(10_000);
    agent.status = 'generation 8';
    await vi.advanceTimersByTimeAsync(10_000);
    await lifeSigns.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([
      'READY=1 STATUS=generation 7',
      'WATCHDOG=1 STATUS=generation 7',
      'WATCHDOG=1 STATUS=generation 8',
      'STOPPING=1 STATUS=stopping',
    ]);
  });

  it('gives no sign while the loop stands still', async () => {
    const { lifeSigns, told, agent } = signs(30_000);
    await lifeSigns.start();
    agent.isAlive = false;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(told.slice(1)).toEqual(['STATUS=generation 7', 'STATUS=generation 7']);
  });

  it('shows its status where nobody waits', async () => {
    const { lifeSigns, told } = signs(null);
    await lifeSigns.start();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual(['READY=1 STATUS=generation 7', 'STATUS=generation 7']);
  });
});
