import { describe, expect, it } from 'vitest';
import type { World } from '../world.js';
import type { Row } from './row.js';
import { runExperiment } from './run-experiment.js';
import type { Timeline } from './timeline.js';

const timeline: Timeline = { cycleSeconds: 1, cycles: 6, loadFrom: 2, killNearAt: 4, reviveNearAt: 5 };
const IDLE = { opened: 0, answered: 0, failed: 0, latencyP50Ms: null, latencyP99Ms: null };
const BUSY = { opened: 400, answered: 399, failed: 1, latencyP50Ms: 1, latencyP99Ms: 101 };

/** A second passes with every decision; each decision is answered twice, as polling sees it. */
class FakeWorld {
  seconds = 0;
  polls = 0;
  isLoaded = false;
  isUp = true;
  served = 0;

  readonly world: World = {
    url: 'http://127.0.0.1:8080',
    weir: {
      decision: () => {
        this.polls += 1;
        if (this.polls % 2 === 1) this.#pass();
        return Promise.resolve({
          decidedAt: `second ${this.seconds}`,
          pairs: ['ams-1', 'ams-2'].map((edge) => ({
            edge,
            explanation: `after ${this.seconds} s`,
            shares: [{ origin: 'near', share: 1 - 0.02 * this.seconds }],
          })),
        });
      },
    },
    near: this.#near(),
    far: { read: () => ({ served: 0, atMs: this.seconds * 1_000 }) },
    load: {
      start: () => (this.isLoaded = true),
      stop: () => undefined,
      take: () => ({ seconds: 1, ...(this.isLoaded ? BUSY : IDLE) }),
    },
  };

  #near(): World['near'] {
    const isUp = () => this.isUp;
    return {
      get isUp() {
        return isUp();
      },
      start: () => Promise.resolve(void (this.isUp = true)),
      kill: () => Promise.resolve(void (this.isUp = false)),
      read: () => ({ served: this.served, atMs: this.seconds * 1_000 }),
    };
  }

  #pass(): void {
    this.seconds += 1;
    if (this.isLoaded && this.isUp) this.served += 300;
  }
}

async function collect(rows: AsyncGenerator<Row>): Promise<readonly Row[]> {
  const collected: Row[] = [];
  for await (const row of rows) collected.push(row);
  return collected;
}

describe('runExperiment', () => {
  it('plays the script and measures every cycle once', async () => {
    const rows = await collect(runExperiment(new FakeWorld().world, timeline, new AbortController().signal));
    expect(
      rows.map(({ cycle, phase, isNearUp, demandPerSecond, nearPerSecond }) => ({
        cycle,
        phase,
        isNearUp,
        demandPerSecond,
        nearPerSecond,
      })),
    ).toEqual([
      { cycle: 1, phase: 'idle', isNearUp: true, demandPerSecond: 0, nearPerSecond: 0 },
      { cycle: 2, phase: 'draw-down', isNearUp: true, demandPerSecond: 200, nearPerSecond: 150 },
      { cycle: 3, phase: 'draw-down', isNearUp: true, demandPerSecond: 400, nearPerSecond: 300 },
      { cycle: 4, phase: 'outage', isNearUp: false, demandPerSecond: 400, nearPerSecond: 150 },
      { cycle: 5, phase: 'refill', isNearUp: true, demandPerSecond: 400, nearPerSecond: 150 },
      { cycle: 6, phase: 'refill', isNearUp: true, demandPerSecond: 400, nearPerSecond: 300 },
    ]);
    expect(rows[1]).toMatchObject({
      edges: [
        { edge: 'ams-1', nearShare: 0.94, explanation: 'after 3 s' },
        { edge: 'ams-2', nearShare: 0.94, explanation: 'after 3 s' },
      ],
      answeredConnections: 399,
      failedConnections: 1,
      latencyP99Ms: 101,
    });
  });

  it('stops in the middle of a wait when the run ends', async () => {
    const run = new AbortController();
    const { world } = new FakeWorld();
    const rows = runExperiment(world, timeline, run.signal);
    expect((await rows.next()).value).toMatchObject({ cycle: 1 });
    run.abort();
    await expect(rows.next()).rejects.toThrow(/aborted/);
  });
});
