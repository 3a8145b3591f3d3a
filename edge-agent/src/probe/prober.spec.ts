import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PublishedHealthCheck } from '#contracts/edge-configuration.js';
import { exampleLoadBalancer } from '../configuration/example-configuration.js';
import { FakeTimers } from '../fake-timers.js';
import { abortable } from './attempt.js';
import { LocalFault } from './probe-sockets.js';
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
    attempt: ({ address }, onOutcome) => {
      log.push({ atMs: performance.now(), address });
      const { latencyMs } = answers;
      return abortable(
        () => (latencyMs === null ? Promise.reject(new Error('refused')) : Promise.resolve(latencyMs)),
        onOutcome,
      );
    },
    clock: { monotonicMs: () => performance.now() },
    random: () => random,
    onChange: ({ address }, up) => void changes.push([address, up]),
  });
  return { prober, log, changes };
}

describe('Prober', () => {
  it('begins within the interval and keeps the pace, with a little jitter that does not add up', async () => {
    const { prober, log } = probing({ latencyMs: 5 }, 0.25);
    const startMs = performance.now();
    prober.sync([target(1)]);
    await vi.advanceTimersByTimeAsync(8_000);
    const times = log.map(({ atMs }) => atMs);
    expect(times[0]! - startMs).toBeLessThan(2_100);
    expect(new Set(times.slice(1).map((atMs, index) => Math.round(atMs - times[index]!)))).toEqual(new Set([2_000]));
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

  it('has another revision after a fall, a rise or other targets, and the same one otherwise', async () => {
    const answers: { latencyMs: number | null } = { latencyMs: 5 };
    const { prober } = probing(answers);
    const revisions = [prober.revision];
    const after = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      revisions.push(prober.revision);
    };
    prober.sync([target(1)]);
    await after(5_000);
    await after(60_000);
    answers.latencyMs = null;
    await after(60_000);
    prober.sync([target(1), target(2)]);
    await after(0);
    const [before, risen, steady, fallen, joined] = revisions;
    expect(steady).toBe(risen);
    expect(new Set([before, risen, fallen, joined]).size).toBe(4);
  });

  it('shares one probe between those who ask the same', async () => {
    const { prober, log } = probing({ latencyMs: 5 });
    const other = probeTarget(exampleLoadBalancer({ name: 'blog' }), { address: '192.0.2.1', port: 8443 });
    prober.sync([target(1), other]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(log).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(prober.verdict(other).up).toBe(true);
  });

  it('fails a probe that takes too long', async () => {
    const prober = new Prober({
      attempt: () => () => undefined,
      clock: { monotonicMs: () => performance.now() },
      random: () => 0,
      onChange: () => undefined,
    });
    prober.sync([target(1)]);
    // Probes every 2 s, each given up a second later: the time it took does not delay the next.
    await vi.advanceTimersByTimeAsync(2_000 + 4_000 + 1_000);
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

  it('begins with what was down a moment ago, once, and lets it prove itself', async () => {
    const { prober, changes } = probing({ latencyMs: 5 });
    prober.recall(new Set([target(1).question, target(3).question]));
    prober.sync([target(1), target(2)]);
    expect([target(1), target(2)].map((each) => prober.verdict(each).up)).toEqual([false, null]);
    expect(prober.down).toEqual(new Set([target(1).question]));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(prober.verdict(target(1)).up).toBe(false);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(changes.filter(([address]) => address === '192.0.2.1')).toEqual([['192.0.2.1', true]]);
    prober.sync([target(3)]);
    expect(prober.verdict(target(3)).up).toBeNull();
  });

  it('judges nobody by a fault of this edge, and says so', async () => {
    let fault = false;
    const prober = new Prober({
      attempt: (_, onOutcome) =>
        abortable(() => (fault ? Promise.reject(new LocalFault('connect EMFILE')) : Promise.resolve(5)), onOutcome),
      clock: { monotonicMs: () => performance.now() },
      random: () => 0,
      onChange: () => undefined,
    });
    prober.sync([target(1), target(2)]);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(prober.problem).toBeNull();
    fault = true;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(prober.verdict(target(1)).up).toBe(true);
    expect(prober.problem).toMatchObject({ code: 'probe-impossible' });
    expect(prober.problem?.message).toContain('2 of 2 probes cannot be made from this edge (connect EMFILE)');
    fault = false;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(prober.problem).toBeNull();
  });

  it('does not call an endpoint down because the event loop stood still', async () => {
    const timers = new FakeTimers();
    const prober = new Prober({
      attempt: (_, onOutcome) =>
        timers.after(50, () => {
          onOutcome(50);
        }),
      clock: timers,
      timers,
      random: () => 0,
      onChange: () => undefined,
    });
    // Its first turn is at 2 s. Time-outs run first, as in Node, where what a socket has is looked at after the timers.
    prober.sync([target(1, { timeoutMs: 40, unhealthyThreshold: 1, healthyThreshold: 1 })]);
    await timers.advance(2_001);
    await timers.stall(3_000);
    expect(prober.verdict(target(1, { timeoutMs: 40, unhealthyThreshold: 1, healthyThreshold: 1 })).up).toBeNull();
    expect(prober.problem?.message).toContain('the agent stood still for');
    await timers.advance(4_000);
    expect(prober.verdict(target(1, { timeoutMs: 40, unhealthyThreshold: 1, healthyThreshold: 1 })).up).toBe(false);
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

describe('thousands of probes', { timeout: 30_000 }, () => {
  const COUNT = 5_000;
  const INTERVAL_MS = 2_000;
  /** 5,000 probes every 2 s are 25 in 10 ms. */
  const EVEN = (COUNT / INTERVAL_MS) * 10;

  const targets = Array.from({ length: COUNT }, (_, index) =>
    probeTarget(exampleLoadBalancer({ healthCheck: { ...CHECK, intervalMs: INTERVAL_MS, timeoutMs: 1_000 } }), {
      address: `10.${index >> 8}.${index & 255}.1`,
      port: 80,
    }),
  );

  /** A linear congruential generator (Numerical Recipes): the same run each time. */
  function seededRandom() {
    let state = 1;
    return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
  }

  function probingAll(answerAfterMs: number | null) {
    const timers = new FakeTimers();
    const starts: { readonly atMs: number; readonly address: string }[] = [];
    const inFlight = { now: 0, most: 0 };
    const prober = new Prober({
      attempt: ({ address }, onOutcome) => {
        starts.push({ atMs: timers.monotonicMs(), address });
        inFlight.now += 1;
        inFlight.most = Math.max(inFlight.most, inFlight.now);
        const cancel =
          answerAfterMs === null
            ? () => undefined
            : timers.after(answerAfterMs, () => {
                inFlight.now -= 1;
                onOutcome(answerAfterMs);
              });
        return () => {
          inFlight.now -= 1;
          cancel();
        };
      },
      clock: timers,
      timers,
      random: seededRandom(),
      onChange: () => undefined,
    });
    prober.sync(targets);
    return { timers, starts, inFlight };
  }

  /** The largest number of starts in any 10 ms. */
  function worstBurst(starts: readonly { readonly atMs: number }[]): number {
    const perMs = new Map<number, number>();
    for (const { atMs } of starts) perMs.set(atMs, (perMs.get(atMs) ?? 0) + 1);
    return Math.max(
      ...[...perMs.keys()].map((fromMs) =>
        Array.from({ length: 10 }, (_, ms) => perMs.get(fromMs + ms) ?? 0).reduce((sum, count) => sum + count, 0),
      ),
    );
  }

  it('that are added at once are spread evenly, each once in every interval', async () => {
    const { timers, starts } = probingAll(5);
    await timers.advance(4_200);
    expect(worstBurst(starts)).toBeLessThan(2 * EVEN);
    const turns = new Map<string, number[]>();
    for (const { atMs, address } of starts) turns.set(address, [...(turns.get(address) ?? []), atMs]);
    expect(turns.size).toBe(COUNT);
    const latestFirstMs = Math.max(...[...turns.values()].map(([first = 0]) => first));
    expect(latestFirstMs).toBeLessThanOrEqual(INTERVAL_MS * 1.05 + 10);
    const strays = [...turns.values()].flatMap(([first = 0, ...others]) =>
      others.map((atMs, index) => Math.abs(atMs - first - (index + 1) * INTERVAL_MS)),
    );
    expect(Math.max(...strays)).toBeLessThanOrEqual(INTERVAL_MS * 0.05 + 10);
  });

  it('are not caught up with after the event loop stood still', async () => {
    const { timers, starts } = probingAll(5);
    await timers.advance(2_200);
    await timers.stall(5_000);
    await timers.advance(5_000);
    const after = starts.filter(({ atMs }) => atMs >= 7_200);
    // Twice the even pace, in slots of 3 ms.
    expect(worstBurst(after)).toBeLessThan(3 * EVEN);
    // Everyone was probed again within two intervals, and nobody more often than twice the pace.
    expect(new Set(after.filter(({ atMs }) => atMs < 7_200 + 2 * INTERVAL_MS).map(({ address }) => address)).size).toBe(
      COUNT,
    );
    expect(after.length).toBeLessThan(COUNT * (5_000 / INTERVAL_MS + 1.1));
  });

  it('use no more sockets than there may be, though every endpoint swallows what it gets', async () => {
    const { timers, starts, inFlight } = probingAll(null);
    await timers.advance(6_000);
    expect(inFlight.most).toBe(2_048);
    expect(new Set(starts.map(({ address }) => address)).size).toBe(COUNT);
  });
});
