import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EdgeConfiguration } from '#contracts/edge-configuration.js';
import { exampleConfiguration } from '../configuration/example-configuration.js';
import { createLogger } from '../logger.js';
import { ConfigurationPoll } from './configuration-poll.js';
import { ControlPlaneError } from './control-plane-error.js';

beforeEach(() => {
  // Not the promises' own scheduling: only what waits by the clock.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Answer = EdgeConfiguration | null | Error;

/** A poll whose requests are answered at once, in this order; further ones hang until the poll stops. */
function polling(...answers: Answer[]) {
  const lines: string[] = [];
  const taken: EdgeConfiguration[] = [];
  const asked: { readonly atMs: number; readonly held: unknown; readonly waitSeconds: number }[] = [];
  const startMs = performance.now();
  const poll = new ConfigurationPoll({
    client: {
      fetchConfiguration: (held, waitSeconds, signal) => {
        asked.push({ atMs: performance.now() - startMs, held, waitSeconds });
        const answer = answers.shift();
        if (answer instanceof Error) return Promise.reject(answer);
        if (answer !== undefined) return Promise.resolve(answer);
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        });
      },
    },
    clock: { nowMs: () => 1_000_000, monotonicMs: () => performance.now() },
    logger: createLogger('debug', (line) => void lines.push(line)),
    random: () => 0.5,
    held: () => taken.at(-1) ?? null,
    onConfiguration: (configuration) => void taken.push(configuration),
  });
  return { poll, lines, taken, asked };
}

const down = () => new ControlPlaneError('control-plane-unreachable', 'down');

describe('ConfigurationPoll', () => {
  it('asks without patience after a failure, to know at once that all is well again', async () => {
    const { poll, asked } = polling(down(), null);
    poll.start();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked.map(({ waitSeconds }) => waitSeconds)).toEqual([25, 0, 25]);
    expect(poll.problem).toBeNull();
    await poll.stop();
  });

  it('hands over what is new and at once asks for newer', async () => {
    const first = exampleConfiguration();
    const { poll, taken, asked } = polling(first);
    poll.start();
    await vi.advanceTimersByTimeAsync(10);
    expect(taken).toEqual([first]);
    expect(asked.map(({ held }) => held)).toEqual([null, first]);
    expect(poll.lastContactMs).toBe(1_000_000);
    await poll.stop();
  });

  it('does not turn busy when polls are answered at once', async () => {
    const { poll, asked } = polling(null, null);
    poll.start();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked.map(({ atMs }) => atMs)).toEqual([0, 1_000, 2_000]);
    await poll.stop();
  });

  it('waits longer after each failure, and never gives up', async () => {
    const { poll, asked, lines } = polling(...Array.from({ length: 8 }, down));
    poll.start();
    await vi.advanceTimersByTimeAsync(60_000);
    const gaps = asked.slice(1).map(({ atMs }, index) => atMs - asked[index]!.atMs);
    expect(gaps).toEqual([250, 500, 1_000, 2_000, 4_000, 7_500, 7_500, 7_500]);
    expect(lines).toHaveLength(1);
    expect(poll.problem).toEqual({ code: 'control-plane-unreachable', message: 'down' });
    await poll.stop();
  });

  it('begins anew after a success', async () => {
    const { poll, asked } = polling(down(), down(), down(), exampleConfiguration(), down());
    poll.start();
    await vi.advanceTimersByTimeAsync(10_000);
    // Node makes a wait of 0 ms one of 1 ms.
    expect(asked.map(({ atMs }) => atMs)).toEqual([0, 250, 750, 1_750, 1_751, 2_001]);
    await poll.stop();
  });

  it('forgets its problem when the control plane answers again', async () => {
    const { poll, lines } = polling(down(), exampleConfiguration());
    poll.start();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(poll.problem).toBeNull();
    expect(lines.at(-1)).toContain('answers again');
    await poll.stop();
  });

  it('tries at once when the control plane is heard on another way', async () => {
    const { poll, asked } = polling(...Array.from({ length: 8 }, down), null);
    poll.start();
    await vi.advanceTimersByTimeAsync(20_000);
    const waiting = asked.length;
    poll.hint();
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(waiting + 1);
    await poll.stop();
  });

  it('is not hurried by a hint while all is well', async () => {
    const { poll, asked } = polling(null);
    poll.start();
    await vi.advanceTimersByTimeAsync(10);
    poll.hint();
    await vi.advanceTimersByTimeAsync(10);
    expect(asked).toHaveLength(1);
    await poll.stop();
  });

  it('asks anew when it is told to, and calls that no failure', async () => {
    const { poll, asked } = polling();
    poll.start();
    await vi.advanceTimersByTimeAsync(1_000);
    poll.refresh();
    await vi.advanceTimersByTimeAsync(10);
    expect(asked.map(({ waitSeconds }) => waitSeconds)).toEqual([25, 25]);
    expect(poll.problem).toBeNull();
    await poll.stop();
  });

  it('stops in the middle of a request, without calling it a failure', async () => {
    const { poll, asked } = polling();
    poll.start();
    await vi.advanceTimersByTimeAsync(1);
    await poll.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(1);
    expect(poll.problem).toBeNull();
  });

  it('stops in the middle of a wait', async () => {
    const { poll, asked } = polling(down());
    poll.start();
    await vi.advanceTimersByTimeAsync(1);
    await poll.stop();
    expect(asked).toHaveLength(1);
  });
});
