import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PublishedHealthCheck } from '#contracts/edge-configuration.js';
import { exampleLoadBalancer } from '../configuration/example-configuration.js';
import { Prober } from './prober.js';
import { probeTarget, type ProbeTarget } from './probe-target.js';

const CHECK = exampleLoadBalancer().healthCheck;
const target = (host: number, changes: Partial<PublishedHealthCheck> = {}): ProbeTarget => {
  const healthCheck = { ...CHECK, ...changes } as PublishedHealthCheck;
  return probeTarget(exampleLoadBalancer({ healthCheck }), { address: `192.0.2.${host}`, port: 8443 });
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A prober whose probes answer at once as `answers` says: a latency, or null for a failure. */
function probing(answers: { latencyMs: number | null }, random = 0) {
  const log: { readonly atMs: number; readonly address: string }[] = [];
  const changes: [string, boolean][] = [];
  const prober = new Prober({
    attempt: ({ address }) => {
      log.push({ atMs: performance.now(), address });
      return answers.latencyMs === null ? Promise.reject(new Error('refused')) : Promise.resolve(answers.latencyMs);
    },
    clock: { monotonicMs: () => performance.now() },
    random: () => random,
    onChange: ({ address }, up) => void changes.push([address, up]),
  });
  return { prober, log, changes };
}

describe('Prober', () => {
  it('begins at a random moment of the interval and keeps the pace', async () => {
    const { prober, log } = probing({ latencyMs: 5 }, 0.25);
    const startMs = performance.now();
    prober.sync([target(1)]);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(log.map(({ atMs }) => atMs - startMs)).toEqual([500, 2500, 4500]);
  });

  it('tells of the first verdict, of falls and of rises, each once', async () => {
    const answers: { latencyMs: number | null } = { latencyMs: 5 };
    const { prober, changes } = probing(answers);
    prober.sync([target(1)]);
    await vi.advanceTimersByTimeAsync(5_000);
    answers.latencyMs = null;
    await vi.advanceTimersByTimeAsync(10_000);
    answers.latencyMs = 5;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(changes).toEqual([
      ['192.0.2.1', true],
      ['192.0.2.1', false],
      ['192.0.2.1', true],
    ]);
  });

  it('shares one probe between those who ask the same', async () => {
    const { prober, log } = probing({ latencyMs: 5 });
    const other = probeTarget(exampleLoadBalancer({ name: 'blog' }), { address: '192.0.2.1', port: 8443 });
    prober.sync([target(1), other]);
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(prober.verdict(other).up).toBe(true);
  });

  it('fails a probe that takes too long', async () => {
    const prober = new Prober({
      attempt: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        }),
      clock: { monotonicMs: () => performance.now() },
      random: () => 0,
      onChange: () => undefined,
    });
    prober.sync([target(1)]);
    // Probes at 0, 2 and 4 s, each given up a second later: the time it took does not delay the next.
    await vi.advanceTimersByTimeAsync(4_999);
    expect(prober.verdict(target(1)).up).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(prober.verdict(target(1)).up).toBe(false);
  });

  it('keeps a verdict when only the pace changes, and forgets those nobody asks for', async () => {
    const { prober } = probing({ latencyMs: 5 });
    prober.sync([target(1), target(2)]);
    await vi.advanceTimersByTimeAsync(4_000);
    prober.sync([target(1, { intervalMs: 500 })]);
    expect(prober.verdict(target(1, { intervalMs: 500 })).up).toBe(true);
    expect(prober.verdict(target(2)).up).toBeNull();
  });

  it('probes no more once stopped, and still knows', async () => {
    const { prober, log } = probing({ latencyMs: 5 });
    prober.sync([target(1)]);
    await vi.advanceTimersByTimeAsync(4_000);
    prober.stop();
    const count = log.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(log).toHaveLength(count);
    expect(prober.verdict(target(1)).up).toBe(true);
  });
});
