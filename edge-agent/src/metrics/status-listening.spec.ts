import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../logger.js';
import { StatusListening } from './status-listening.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A server whose port is taken for so many attempts. */
function listening(takenFor: number) {
  const lines: string[] = [];
  const calls: string[] = [];
  const server = {
    start: () => {
      calls.push('start');
      return calls.length > takenFor ? Promise.resolve(9470) : Promise.reject(new Error('EADDRINUSE'));
    },
    stop: () => Promise.resolve(void calls.push('stop')),
  };
  const logger = createLogger('info', (line) => void lines.push(line));
  return { status: new StatusListening({ server, host: '127.0.0.1', port: 9470, logger }), lines, calls };
}

describe('StatusListening', () => {
  it('says what it cannot do, once, and does it as soon as it can', async () => {
    const { status, lines } = listening(3);
    await status.start();
    expect(status.port).toBeNull();
    expect(status.problem).toMatchObject({ code: 'status-unavailable' });
    expect(status.problem?.message).toContain('cannot listen on 127.0.0.1 port 9470 (EADDRINUSE)');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(status.port).toBe(9470);
    expect(status.problem).toBeNull();
    expect(lines).toHaveLength(2);
  });

  it('stops trying, and what it has begun', async () => {
    const taken = listening(1_000);
    await taken.status.start();
    await taken.status.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(taken.calls).toEqual(['start']);
    const free = listening(0);
    await free.status.start();
    await free.status.stop();
    expect(free.calls).toEqual(['start', 'stop']);
  });
});
