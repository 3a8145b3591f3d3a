import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CycleInput, type CycleState, decide, INITIAL_CYCLE_STATE } from '#core/decide.js';
import { edgeName } from '#core/model/name.js';
import { emptyObservation, type Observation } from '#core/observe/observation.js';
import type { CycleTrigger, SchedulerMode } from '#core/ports/scheduler-store.js';
import type { UtilizationQuery } from '#core/ports/telemetry-source.js';
import { DEFAULT_SCHEDULER_SETTINGS } from '#core/settings.js';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { archiveCycle } from '#storage/archive/cycle-archive.js';
import { aCycleInput } from '#testkit/cycle-builders.js';
import { InMemoryConfigurationStore } from '#testkit/in-memory-configuration-store.js';
import { InMemorySchedulerStore } from '#testkit/in-memory-scheduler-store.js';
import { ManualClock } from '#testkit/manual-clock.js';
import { aLoadBalancer, anEdge, anOrigin, aPlan } from '#testkit/model-builders.js';
import { anObservation } from '#testkit/observation-builders.js';
import { PublicationBoard } from '../publication/publication-board.js';
import { type CycleFailure, type CycleReport, CycleRunner } from './cycle-runner.js';
import type { TimedDecision } from './decider.js';

const AMS = edgeName('ams-1');
const CYCLE_MS = DEFAULT_SCHEDULER_SETTINGS.cycleMs;

/** Two origins. All goes to the near one at first; then demand exceeds it, and every sound cycle moves some share. */
const NEAR = anOrigin('near', { capacity: { rate: 100 }, endpoints: [{ address: '192.0.2.1', weight: 1 }] });
const FAR = anOrigin('far', { endpoints: [{ address: '192.0.2.2', weight: 1 }] });

/** One cycle's world: fakes for everything outside, the real decision in between. */
class World {
  readonly clock = new ManualClock();
  readonly configurations = new InMemoryConfigurationStore();
  readonly store = new InMemorySchedulerStore({ cyclesKept: 100 });
  readonly board = new PublicationBoard(this.clock);
  readonly failures: CycleFailure[] = [];
  readonly reports: CycleReport[] = [];
  readonly inputs: CycleInput[] = [];
  readonly utilizationQueries: (readonly UtilizationQuery[])[] = [];
  observe = (): Promise<Observation> => Promise.resolve(this.seen(this.inputs.length === 0 ? 50 : 300));
  decide = (input: CycleInput): Promise<TimedDecision> =>
    Promise.resolve({ decision: decide(input, new LinearProgramSolver()), stageSeconds: { solve: 0.25 } });

  readonly runner = new CycleRunner({
    configurations: this.configurations,
    store: this.store,
    telemetry: {
      observe: (_signal, queries) => {
        this.utilizationQueries.push(queries);
        return this.observe();
      },
    },
    decider: {
      decide: (input) => {
        this.inputs.push(input);
        return this.decide(input);
      },
      stop: () => Promise.resolve(),
    },
    board: this.board,
    observer: {
      cycleEnded: (report) => {
        this.reports.push(report);
        return Promise.resolve();
      },
      cycleFailed: (failure) => this.failures.push(failure),
    },
    clock: this.clock,
    settings: DEFAULT_SCHEDULER_SETTINGS,
    archive: archiveCycle,
  });

  async declare(): Promise<void> {
    await this.configurations.change(() => ({
      writes: [
        { action: 'put', kind: 'origin', resource: NEAR },
        { action: 'put', kind: 'origin', resource: FAR },
        { action: 'put', kind: 'edge', resource: anEdge('ams-1') },
        { action: 'put', kind: 'load-balancer', resource: aLoadBalancer('shop', ['near', 'far']) },
      ],
      answer: undefined,
    }));
  }

  /** What telemetry says now, with this many connections a second where the near origin takes 100. */
  seen(demand: number): Observation {
    const origins = { near: { rttMs: 5, isUp: true }, far: { rttMs: 90, isUp: true, endpoint: '192.0.2.2' } };
    return anObservation(this.clock.nowMs(), [{ edge: 'ams-1', demand, origins }]);
  }

  /** Lets a cycle's time pass, and runs it. */
  async cycle(trigger: CycleTrigger = 'timer'): Promise<void> {
    this.clock.advance(CYCLE_MS);
    await this.runner.run(trigger);
  }

  async shares(): Promise<Record<string, number>> {
    const plan = await this.runner.plan();
    return Object.fromEntries((plan?.pairs ?? []).flatMap((pair) => pair.shares.map((s) => [s.origin, s.share])));
  }

  async document(): Promise<string | undefined> {
    return (await this.store.findPublishedDocument(AMS))?.document;
  }
}

describe('CycleRunner', () => {
  let world: World;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  afterAll(() => {
    Logger.overrideLogger(['error']);
  });

  beforeEach(async () => {
    world = new World();
    await world.declare();
    await world.runner.takeOffice();
  });

  it('decides from what is declared, seen and in force, publishes it, and wakes the edge', async () => {
    const woken = world.board.wait(AMS, 60_000, new AbortController().signal).over;
    await world.cycle();
    await woken;
    const [cycle] = await world.store.listCycles(1);
    expect(cycle).toMatchObject({ trigger: 'timer', mode: 'running', outcome: { kind: 'planned' } });
    expect(cycle?.startedAtMs).toBe(world.clock.nowMs());
    expect(cycle?.published).toEqual((await world.store.findPublishedDocument(AMS))?.point);
    expect(await world.runner.plan()).toEqual((await world.store.loadState()).plan);

    const before = await world.shares();
    await world.cycle();
    expect(world.inputs[1]?.previous.plan?.pairs[0]?.shares.map(({ share }) => share)).toEqual([
      before['far'],
      before['near'],
    ]);
    expect(world.failures).toEqual([]);
  });

  it('tells what the cycle came to, with the time of each stage', async () => {
    world.observe = () => {
      world.clock.advance(1_500);
      return Promise.resolve(world.seen(50));
    };
    await world.cycle();
    expect(world.reports).toEqual([
      expect.objectContaining({
        trigger: 'timer',
        mode: 'running',
        outcome: { kind: 'planned' },
        solverRescues: 0,
        stageSeconds: { observe: 1.5, solve: 0.25, publish: 0 },
      }),
    ]);
    expect((await world.store.listCycles(1))[0]?.durationMs).toBe(1_500);
  });

  it('publishes nothing new when nothing changes', async () => {
    await world.configurations.change(() => ({
      writes: [{ action: 'put', kind: 'origin', resource: { ...NEAR, capacity: {} } }],
      answer: undefined,
    }));
    await world.cycle();
    const first = await world.store.findPublishedDocument(AMS);
    await world.cycle();
    expect(await world.store.findPublishedDocument(AMS)).toEqual(first);
    expect((await world.store.listCycles(1))[0]?.published).toBeNull();
  });

  describe('when telemetry fails', () => {
    beforeEach(async () => {
      await world.cycle();
      await world.cycle();
      world.observe = () => Promise.reject(new Error('Prometheus does not answer'));
    });

    it('observes nothing, holds every share and counts the failure', async () => {
      const before = await world.shares();
      for (let count = 0; count < 6; count++) await world.cycle();
      expect(world.inputs.at(-1)?.observation).toEqual(emptyObservation(world.clock.nowMs()));
      expect(await world.shares()).toEqual(before);
      expect(world.failures).toEqual(Array(6).fill('telemetry-unavailable'));
      const reasons = (await world.runner.plan())?.pairs.flatMap((pair) => pair.shares.map(({ reason }) => reason));
      expect(reasons).toEqual(['stale', 'stale']);
    });

    it('still carries out what operators change', async () => {
      await world.configurations.change(() => ({
        writes: [{ action: 'put', kind: 'origin', resource: { ...NEAR, state: 'disabled' } }],
        answer: undefined,
      }));
      await world.cycle();
      expect(await world.shares()).toEqual({ near: 0, far: 1 });
    });
  });

  it.each([
    ['fails', 'decision-failed', () => Promise.reject(new Error('the decision worker gave no answer'))],
    [
      'reports that the solver failed',
      'solver-failure',
      (input: CycleInput) =>
        Promise.resolve<TimedDecision>({
          decision: {
            outcome: { kind: 'kept', cause: 'solver-failure', details: ['infeasible'] },
            state: input.previous,
            weights: [],
            solverRescues: 0,
          },
          stageSeconds: {},
        }),
    ],
  ] as const)('keeps plan and documents when the decider %s, and says so', async (_name, cause, failing) => {
    await world.cycle();
    const sound = world.decide;
    const [plan, document] = [await world.runner.plan(), await world.document()];
    world.decide = failing;
    await world.cycle();
    expect(await world.runner.plan()).toEqual(plan);
    expect(await world.document()).toBe(document);
    expect(world.failures).toEqual([cause]);
    expect((await world.store.listCycles(1))[0]).toMatchObject({ outcome: { kind: 'kept', cause }, published: null });

    world.decide = sound;
    await world.cycle();
    expect((await world.store.listCycles(1))[0]?.outcome).toEqual({ kind: 'planned' });
    expect(await world.shares()).not.toEqual(
      Object.fromEntries(plan!.pairs[0]!.shares.map(({ origin, share }) => [origin, share])),
    );
  });

  it('stays where it is when nothing can be stored, announces nothing, and tries again from there', async () => {
    await world.cycle();
    const [plan, document] = [await world.runner.plan(), await world.document()];
    const commit = vi.spyOn(world.store, 'commit').mockRejectedValueOnce(new Error('the disk is full'));
    const announce = vi.spyOn(world.board, 'announce');
    await world.cycle();
    expect(world.failures).toEqual(['storage']);
    expect(await world.runner.plan()).toEqual(plan);
    expect(await world.document()).toBe(document);
    expect(announce).not.toHaveBeenCalled();
    expect(world.reports).toHaveLength(1);

    await world.cycle();
    expect(commit).toHaveBeenCalledTimes(2);
    expect(world.inputs[2]?.previous).toEqual(world.inputs[1]?.previous);
    expect(await world.runner.plan()).not.toEqual(plan);
    expect(announce).toHaveBeenCalledExactlyOnceWith([AMS]);
  });

  it('survives a store that cannot even be read', async () => {
    vi.spyOn(world.configurations, 'snapshot').mockRejectedValueOnce(new Error('the disk is gone'));
    await world.cycle();
    expect(world.failures).toEqual(['storage']);
    await world.cycle();
    expect(world.reports).toHaveLength(1);
  });

  it('runs no cycle before it took office', async () => {
    const other = new World();
    await other.declare();
    await other.cycle();
    expect(other.failures).toEqual(['storage']);
    expect(await other.store.listCycles(1)).toEqual([]);
  });

  describe('frozen', () => {
    it('decides, records and publishes nothing, and goes on from where it was', async () => {
      await world.cycle();
      const document = await world.document();
      await world.store.changeMode(() => ({ mode: 'frozen' }));
      await world.cycle();
      await world.cycle();
      expect(world.inputs).toHaveLength(1);
      expect(await world.store.listCycles(10)).toHaveLength(1);
      expect(await world.document()).toBe(document);
      await world.store.changeMode(() => ({ mode: 'running' }));
      await world.cycle();
      expect(world.inputs[1]?.previous.plan?.decidedAtMs).toBe(world.inputs[0]?.observation.takenAtMs);
    });
  });

  describe('in shadow', () => {
    it('records what it would do, and publishes nothing', async () => {
      await world.cycle();
      const [plan, published] = [await world.runner.plan(), await world.store.findPublishedDocument(AMS)];
      await world.store.changeMode(() => ({ mode: 'shadow' }));
      const announce = vi.spyOn(world.board, 'announce');
      await world.cycle();
      await world.cycle();

      const [last] = await world.store.listCycles(1);
      expect(last).toMatchObject({ mode: 'shadow', published: null, outcome: { kind: 'planned' } });
      expect((await world.store.findCycle(last!.id))?.plan).not.toEqual(plan);
      expect(await world.runner.plan()).toEqual(plan);
      expect(await world.store.findPublishedDocument(AMS)).toEqual(published);
      expect(announce).not.toHaveBeenCalled();
      expect(world.reports.map(({ mode }) => mode)).toEqual(['running', 'shadow', 'shadow']);
    });

    it('publishes nothing even before the first plan', async () => {
      await world.store.changeMode(() => ({ mode: 'shadow' }));
      await world.cycle();
      expect(await world.document()).toBeUndefined();
      expect(await world.runner.plan()).toBeNull();
    });
  });

  describe('its term', () => {
    const seconds = (): number => Math.floor(world.clock.nowMs() / 1_000);

    /** Takes office anew, publishes something, and answers the term that was published under. */
    async function nextTerm(): Promise<number | undefined> {
      await world.runner.takeOffice();
      await world.cycle();
      return (await world.store.findPublishedDocument(AMS))?.point.term;
    }

    it('is the second it took office in', async () => {
      const inOffice = seconds();
      await world.cycle();
      expect((await world.store.findPublishedDocument(AMS))?.point.term).toBe(inOffice);
      const later = seconds();
      expect(await nextTerm()).toBe(later);
      expect(later).toBeGreaterThan(inOffice);
    });

    it('grows although the clock went back', async () => {
      await world.cycle();
      const before = (await world.store.findPublishedDocument(AMS))!.point.term;
      world.clock.stepWallClock(-3_600_000);
      expect(await nextTerm()).toBe(before + 1);
    });

    it('outranks a database that was lost', async () => {
      await world.cycle();
      const before = (await world.store.findPublishedDocument(AMS))!.point.term;
      const restored = new World();
      restored.clock.advance(60_000);
      await restored.declare();
      await restored.runner.takeOffice();
      await restored.cycle();
      expect((await restored.store.findPublishedDocument(AMS))?.point.term).toBeGreaterThan(before);
    });
  });

  it('goes on from what another run of the process left', async () => {
    await world.cycle();
    const successor = new World();
    const state = await world.store.loadState();
    vi.spyOn(successor.store, 'loadState').mockResolvedValue(state);
    expect(await successor.runner.plan()).toEqual(state.plan);
  });

  it('reads a stored state once, however slowly, for all who ask meanwhile', async () => {
    const stored = await world.store.loadState();
    let answerSlowly: ((state: CycleState) => void) | undefined;
    const slow = new Promise<CycleState>((resolve) => {
      answerSlowly = resolve;
    });
    const load = vi.spyOn(world.store, 'loadState').mockReturnValue(slow);
    const snapshot = vi.spyOn(world.configurations, 'snapshot');
    const asked = [world.runner.plan(), world.runner.plan()];
    const cycle = world.cycle();
    await vi.waitFor(() => {
      expect(snapshot).toHaveBeenCalled();
    });
    answerSlowly?.(stored);
    await cycle;
    await Promise.all(asked);
    expect(load).toHaveBeenCalledOnce();
    load.mockRestore();
    expect(await world.runner.plan()).toEqual((await world.store.loadState()).plan);
    expect(await world.runner.plan()).not.toBeNull();
  });

  it.each<SchedulerMode>(['running', 'shadow'])('keeps with a %s cycle all it was decided from', async (mode) => {
    await world.cycle();
    await world.store.changeMode(() => ({ mode }));
    await world.cycle();
    const [last] = await world.store.listCycles(1);
    const { input, plan } = (await world.store.findCycle(last!.id))!;
    expect(JSON.stringify(decide(input!, new LinearProgramSolver()).state.plan)).toBe(JSON.stringify(plan));
  });

  it('keeps the archive that the decider wrote, and writes its own only where there is none', async () => {
    const ownArchive = await archiveCycle(aCycleInput(), { ...INITIAL_CYCLE_STATE, plan: aPlan() });
    const decide = world.decide;
    world.decide = async (input) => ({ ...(await decide(input)), archive: ownArchive });
    await world.cycle();
    const [last] = await world.store.listCycles(1);
    expect((await world.store.findCycle(last!.id))?.plan).toEqual(aPlan());
  });

  it('keeps what a cycle was to decide from although no decision came', async () => {
    await world.cycle();
    const plan = await world.runner.plan();
    world.decide = () => Promise.reject(new Error('the worker died'));
    await world.cycle();
    const [last] = await world.store.listCycles(1);
    const kept = await world.store.findCycle(last!.id);
    expect(kept?.input).toEqual(world.inputs[1]);
    expect(kept?.plan).toEqual(plan);
    expect(await world.store.loadState()).toEqual(world.inputs[1]?.previous);
  });

  it.each([
    ['timer', false],
    ['configuration-change', true],
    ['operator', false],
    ['urgent', true],
  ] as const)(
    'decides a cycle that was started by "%s" with isUrgent %s, and records why it ran',
    async (trigger, is) => {
      await world.cycle(trigger);
      expect(world.inputs[0]?.isUrgent).toBe(is);
      expect(world.reports[0]?.trigger).toBe(trigger);
      expect((await world.store.listCycles(1))[0]?.trigger).toBe(trigger);
    },
  );

  it('asks for the utilisation of origins that have a query', async () => {
    const utilization = { query: 'avg(busy{origin="near"})' };
    await world.configurations.change(() => ({
      writes: [{ action: 'put', kind: 'origin', resource: { ...NEAR, utilization } }],
      answer: undefined,
    }));
    await world.cycle();
    expect(world.utilizationQueries).toEqual([[{ origin: 'near', query: utilization.query }]]);
  });

  it('counts pairs that were kept, and puts the rest of the plan in force', async () => {
    const decideSoundly = world.decide;
    world.decide = async (input) => {
      const timed = await decideSoundly(input);
      const outcome = { kind: 'partly-kept', cause: 'solver-failure', pairs: 1, details: ['no answer'] } as const;
      return { ...timed, decision: { ...timed.decision, outcome } };
    };
    await world.cycle();
    expect(world.failures).toEqual(['solver-failure']);
    expect((await world.store.listCycles(1))[0]).toMatchObject({ outcome: { kind: 'partly-kept', pairs: 1 } });
    expect(await world.runner.plan()).not.toBeNull();
  });

  it('has the newest input at hand, of a cycle in shadow or one that failed as well', async () => {
    expect(await world.runner.lastInput()).toBeNull();
    await world.cycle();
    expect(await world.runner.lastInput()).toBe(world.inputs[0]);
    await world.store.changeMode(() => ({ mode: 'shadow' }));
    world.decide = () => Promise.reject(new Error('the worker died'));
    await world.cycle();
    expect(await world.runner.lastInput()).toBe(world.inputs[1]);
  });

  it('has the plan in force at hand once a cycle has run', async () => {
    expect(world.runner.planAtHand()).toBeNull();
    await world.cycle();
    expect(world.runner.planAtHand()).toEqual(await world.runner.plan());
  });

  it('wakes an edge whose document is withdrawn', async () => {
    await world.cycle();
    await world.configurations.change(() => ({
      writes: [{ action: 'remove', kind: 'edge', name: AMS }],
      answer: undefined,
    }));
    const announce = vi.spyOn(world.board, 'announce');
    await world.cycle();
    expect(announce).toHaveBeenCalledExactlyOnceWith([AMS]);
    expect(await world.document()).toBeUndefined();
  });

  it('asks again for a state that could not be read', async () => {
    vi.spyOn(world.store, 'loadState').mockRejectedValueOnce(new Error('the disk is slow'));
    await expect(world.runner.plan()).rejects.toThrow('the disk is slow');
    expect(await world.runner.plan()).toBeNull();
  });
});
