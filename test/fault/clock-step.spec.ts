import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '#core/decide.js';
import { edgeName } from '#core/model/name.js';
import type { Plan } from '#core/plan/plan.js';
import { DEFAULT_SCHEDULER_SETTINGS } from '#core/settings.js';
import { NetworkSimplexSolver } from '#solver/network-simplex/network-simplex-solver.js';
import { archiveCycle } from '#storage/archive/cycle-archive.js';
import { AgentReportSource } from '#telemetry/report-source/agent-report-source.js';
import { InMemoryConfigurationStore } from '#testkit/in-memory-configuration-store.js';
import { InMemorySchedulerStore } from '#testkit/in-memory-scheduler-store.js';
import { InMemoryTokenStore } from '#testkit/in-memory-token-store.js';
import { ManualClock } from '#testkit/manual-clock.js';
import { aLoadBalancer, anEdge, anOrigin } from '#testkit/model-builders.js';
import { Fleet, LOST_AFTER_MS } from '../../apps/control-plane/agent-channel/fleet.js';
import { PublicationBoard } from '../../apps/control-plane/publication/publication-board.js';
import { CycleRunner } from '../../apps/control-plane/scheduler/cycle-runner.js';
import { SchedulerOffice } from '../../apps/control-plane/scheduler/scheduler-office.js';
import { aReport } from '../../apps/control-plane/scheduler/test-reports.js';
import { Authenticator } from '../../apps/control-plane/security/authenticator.js';
import { generateToken, readToken } from '../../apps/control-plane/security/token-secret.js';

const { cycleMs: CYCLE_MS } = DEFAULT_SCHEDULER_SETTINGS;
const REPORT_MS = 5_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EDGES = ['ams-1', 'fra-1', 'lhr-1'];
const CYCLES = 12;

/** A step of the wall clock before the cycle of that number. */
type Steps = Readonly<Record<number, number>>;

/** Three edges that report on a load balancer; the third falls silent half-way. Real parts, with a clock turned by hand. */
class World {
  readonly clock = new ManualClock();
  readonly store = new InMemorySchedulerStore({ cyclesKept: 100 });
  readonly #configurations = new InMemoryConfigurationStore(() => this.clock.nowMs());
  readonly #telemetry = new AgentReportSource(this.clock, { rateWindowMs: 30_000 });
  readonly #fleet = new Fleet(this.clock);
  readonly runner = new CycleRunner({
    configurations: this.#configurations,
    store: this.store,
    telemetry: this.#telemetry,
    decider: {
      decide: (input) => Promise.resolve({ decision: decide(input, new NetworkSimplexSolver()), stageSeconds: {} }),
      stop: () => Promise.resolve(),
    },
    board: new PublicationBoard(this.clock),
    observer: { cycleEnded: () => Promise.resolve(), cycleFailed: () => undefined },
    clock: this.clock,
    settings: DEFAULT_SCHEDULER_SETTINGS,
    archive: archiveCycle,
  });
  #sequence = 0;

  async declare(): Promise<void> {
    await this.#configurations.change(() => ({
      writes: [
        { action: 'put', kind: 'origin', resource: anOrigin('far', { capacity: { rate: 400 } }) },
        { action: 'put', kind: 'origin', resource: anOrigin('near', { capacity: { rate: 200 } }) },
        ...EDGES.map((edge) => ({ action: 'put', kind: 'edge', resource: anEdge(edge) }) as const),
        { action: 'put', kind: 'load-balancer', resource: aLoadBalancer('shop', ['far', 'near']) },
      ],
      answer: undefined,
    }));
    await this.runner.takeOffice();
  }

  /** What each cycle decided: shares, and why. */
  async play(steps: Steps): Promise<readonly Plan['pairs'][]> {
    const decided: Plan['pairs'][] = [];
    for (let cycle = 1; cycle <= CYCLES; cycle += 1) {
      this.clock.stepWallClock(steps[cycle] ?? 0);
      this.#report(cycle < CYCLES / 2 ? EDGES : EDGES.slice(0, 2));
      await this.runner.run('timer');
      decided.push((await this.runner.plan())?.pairs ?? []);
    }
    return decided;
  }

  lostAgents(): readonly string[] {
    return EDGES.filter((edge) => (this.#fleet.find(edgeName(edge))?.ageMs ?? 0) > LOST_AFTER_MS);
  }

  /** Ever more, so that the near origin is soon too small for all of it. */
  #arrived(): number {
    return 20 * this.#sequence ** 2;
  }

  /** A cycle's time passes, with a report of each of these edges every five seconds. */
  #report(edges: readonly string[]): void {
    for (let passedMs = 0; passedMs < CYCLE_MS; passedMs += REPORT_MS) {
      this.clock.advance(REPORT_MS);
      this.#sequence += 1;
      for (const edge of edges) {
        const report = aReport(edge, this.#sequence, { shop: { far: 5 * this.#sequence, near: this.#arrived() } });
        this.#telemetry.record(report);
        this.#fleet.record(edgeName(edge), report);
      }
    }
  }
}

async function played(steps: Steps): Promise<{ readonly world: World; readonly decided: readonly Plan['pairs'][] }> {
  const world = new World();
  await world.declare();
  return { world, decided: await world.play(steps) };
}

describe('a wall clock that steps', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  afterAll(() => {
    Logger.overrideLogger(['error']);
  });

  it.each<[string, Steps]>([
    ['an hour forward', { 4: HOUR_MS }],
    ['an hour back', { 4: -HOUR_MS }],
    ['forward while an edge is silent, and back again', { 8: HOUR_MS, 10: -HOUR_MS }],
    ['a year back, as to a clock without a battery', { 3: -365 * DAY_MS, 9: 365 * DAY_MS }],
    [
      'a little at every cycle',
      Object.fromEntries(Array.from({ length: CYCLES }, (_, at) => [at, at % 2 ? 900 : -700])),
    ],
  ])('moves no share that would not have moved, and misses nobody: %s', async (_what, steps) => {
    const [steady, stepped] = [await played({}), await played(steps)];
    expect(new Set(steady.decided.map((pairs) => JSON.stringify(pairs))).size).toBeGreaterThan(3);
    expect(stepped.decided).toEqual(steady.decided);
    expect(steady.world.lostAgents()).toEqual(['lhr-1']);
    expect(stepped.world.lostAgents()).toEqual(['lhr-1']);
  });

  it('lets no leader publish under a term that was, even when the clock went back before it was elected', async () => {
    const { world } = await played({});
    const before = await world.store.loadTerm();
    const generation = Math.max(...(await world.store.publications()).map(({ point }) => point.generation));
    world.clock.stepWallClock(-365 * DAY_MS);
    await world.runner.takeOffice();
    expect(await world.store.loadTerm()).toBe(before + 1);
    await world.play({});
    for (const { point } of await world.store.publications()) {
      expect(point.term === before ? point.generation <= generation : point.term === before + 1).toBe(true);
    }
  });

  it.each([
    ['forward', HOUR_MS],
    ['back', -HOUR_MS],
  ])('does not keep a new leader waiting for more than a cycle: %s', async (_way, stepMs) => {
    const { world } = await played({});
    const delays: number[] = [];
    const office = new SchedulerOffice({
      runner: world.runner,
      loop: {
        start: (delayMs) => delays.push(delayMs ?? 0),
        stop: () => Promise.resolve(),
        sync: () => Promise.resolve(),
      },
      urgencyWatch: { start: () => undefined, stop: () => undefined },
      store: world.store,
      metrics: { recordLeader: () => undefined },
      clock: world.clock,
      cycleMs: CYCLE_MS,
    });
    world.clock.advance(CYCLE_MS);
    world.clock.stepWallClock(stepMs);
    await office.take();
    expect(delays).toHaveLength(1);
    expect(delays[0]).toBeGreaterThanOrEqual(0);
    expect(delays[0]).toBeLessThanOrEqual(CYCLE_MS);
  });

  it('ends a token when the wall clock says so, however long it was known, and not before', async () => {
    const clock = new ManualClock();
    const tokens = new InMemoryTokenStore();
    const presented = readToken(generateToken())!;
    const token = { name: 'a', role: 'viewer', edge: null, createdAtMs: clock.nowMs(), lastUsedAtMs: null } as const;
    await tokens.change(() => ({
      writes: [{ action: 'add', token: { ...token, ...presented, expiresAtMs: clock.nowMs() + DAY_MS } }],
      answer: null,
    }));
    const authenticator = new Authenticator(tokens, clock, { isAlone: true });
    expect(await authenticator.authenticate(presented)).not.toBeNull();
    clock.stepWallClock(2 * DAY_MS);
    expect(authenticator.recall(presented)).toBeNull();
    expect(await authenticator.authenticate(presented)).toBeNull();
    clock.stepWallClock(-2 * DAY_MS);
    expect(await authenticator.authenticate(presented)).toMatchObject({ name: 'a' });
  });
});
