import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type CycleInput, decide, INITIAL_CYCLE_STATE } from '#core/decide.js';
import { DEFAULT_SCHEDULER_SETTINGS } from '#core/settings.js';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin } from '#testkit/model-builders.js';
import { anObservation } from '#testkit/observation-builders.js';
import { WorkerDecider } from './worker-decider.js';

const BUILT_WORKER = new URL('../../../dist/apps/control-plane/scheduler/decision-worker.js', import.meta.url);
const PATIENCE_MS = 30_000;

const INPUT: CycleInput = {
  configuration: aConfiguration({
    origins: [anOrigin('eu'), anOrigin('us')],
    edges: [anEdge('ams-1')],
    loadBalancers: [aLoadBalancer('shop', ['eu', 'us'])],
  }),
  observation: anObservation(Date.UTC(2026, 0, 1), [
    { edge: 'ams-1', demand: 10, origins: { eu: { rttMs: 5, isUp: true }, us: { rttMs: 80, isUp: true } } },
  ]),
  previous: INITIAL_CYCLE_STATE,
  settings: DEFAULT_SCHEDULER_SETTINGS,
};

/** A worker that runs `script` for each message; within it, `message` is what came and `answer` sends one. */
function scriptedWorker(script: string): URL {
  const source = `
    import { parentPort } from 'node:worker_threads';
    const answer = (value) => parentPort.postMessage(value);
    parentPort.on('message', (message) => { ${script} });`;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}

describe('WorkerDecider', () => {
  let decider: WorkerDecider;

  afterEach(async () => {
    await decider.stop();
  });

  describe.skipIf(!existsSync(BUILT_WORKER))('with the built worker', () => {
    it('decides what the decision itself says, and times its stages', async () => {
      decider = new WorkerDecider(BUILT_WORKER, PATIENCE_MS);
      const { decision, stageSeconds } = await decider.decide(INPUT);
      expect(decision).toEqual(decide(INPUT, new LinearProgramSolver()));
      expect(Object.keys(stageSeconds).sort()).toEqual(['estimate', 'formulate', 'guard', 'quantise', 'solve']);
    });

    it('rejects a decision that throws, and decides the next', async () => {
      decider = new WorkerDecider(BUILT_WORKER, PATIENCE_MS);
      await expect(decider.decide({ ...INPUT, configuration: null } as unknown as CycleInput)).rejects.toThrow(
        'the decision worker gave no answer',
      );
      expect((await decider.decide(INPUT)).decision.outcome).toEqual({ kind: 'planned' });
    });
  });

  it('ends a decision at its deadline, and starts the next afresh', async () => {
    // Counts in a global: the second answer tells that the thread is a new one.
    decider = new WorkerDecider(
      scriptedWorker(
        'globalThis.count = (globalThis.count ?? 0) + 1; if (message === "hang") for (;;); answer(count);',
      ),
      2_000,
    );
    await expect(decider.decide('hang' as unknown as CycleInput)).rejects.toThrow('gave no answer (it has 2000 ms)');
    expect(await decider.decide(INPUT)).toBe(1);
    expect(await decider.decide(INPUT)).toBe(2);
  });

  it('tells why the worker crashed', async () => {
    decider = new WorkerDecider(scriptedWorker('throw new Error("out of ideas");'), PATIENCE_MS);
    const failure: unknown = await decider.decide(INPUT).catch((error: unknown) => error);
    expect((failure as Error).cause).toMatchObject({ message: 'out of ideas' });
  });

  it('outlives a worker that crashes between two decisions', async () => {
    const unref = vi.spyOn(Worker.prototype, 'unref');
    onTestFinished(() => {
      unref.mockRestore();
    });
    decider = new WorkerDecider(
      scriptedWorker(
        'globalThis.count = (globalThis.count ?? 0) + 1; answer(count); setTimeout(() => { throw new Error("late"); }, 0);',
      ),
      PATIENCE_MS,
    );
    expect(await decider.decide(INPUT)).toBe(1);
    const worker = unref.mock.contexts[0] as Worker;
    await new Promise((resolve) => worker.once('exit', resolve));
    expect(await decider.decide(INPUT)).toBe(1);
  });

  it('may be stopped before it ever decided, and twice', async () => {
    decider = new WorkerDecider(BUILT_WORKER, PATIENCE_MS);
    await expect(decider.stop()).resolves.toBeUndefined();
    await expect(decider.stop()).resolves.toBeUndefined();
  });
});
