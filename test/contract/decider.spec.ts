import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type CycleInput, type CycleState, decide, INITIAL_CYCLE_STATE } from '#core/decide.js';
import { createAssignmentSolver } from '#solver/create-assignment-solver.js';
import { archiveCycle, readInput, readPlan, readState } from '#storage/archive/cycle-archive.js';
import { aCycleInput } from '#testkit/cycle-builders.js';
import { founding, Rehearsal, seen } from '#testkit/rehearsal.js';
import type { Decider } from '../../apps/control-plane/scheduler/decider.js';
import { decideTimed } from '../../apps/control-plane/scheduler/timed-decision.js';
import { WorkerDecider } from '../../apps/control-plane/scheduler/worker-decider.js';

const BUILT_WORKER = new URL('../../dist/bundles/control-plane/decision-worker.js', import.meta.url);
const PATIENCE_MS = 60_000;

/** Decides where it is asked. */
class InProcessDecider implements Decider {
  readonly #solver = createAssignmentSolver();

  async decide(input: CycleInput): ReturnType<Decider['decide']> {
    const timed = decideTimed(input, this.#solver);
    return { ...timed, archive: await archiveCycle(input, timed.decision.state) };
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

const implementations = [
  { name: 'in process', create: (): Decider => new InProcessDecider() },
  {
    name: 'worker thread',
    create: (): Decider => new WorkerDecider(BUILT_WORKER, PATIENCE_MS, { isArchiving: true }),
  },
];

/** Inputs of the founding experiment, cycle after cycle, each from what the one before is decided to leave. */
function rehearsedInputs(cycles: number): { readonly input: CycleInput; readonly next: CycleState }[] {
  const solver = createAssignmentSolver();
  const rehearsal = new Rehearsal(founding(), solver);
  return Array.from({ length: cycles }, (_, cycle) => {
    const input = rehearsal.nextInput(seen(cycle === 0 ? 100 : 400), cycle === 3);
    rehearsal.state = decide(input, solver).state;
    return { input, next: rehearsal.state };
  });
}

describe.each(implementations)('decider, $name', ({ create }) => {
  let decider: Decider;

  beforeEach(() => {
    decider = create();
  });

  afterEach(() => decider.stop());

  it('decides what the decision itself says, cycle after cycle, from the state it answered', async () => {
    let previous = INITIAL_CYCLE_STATE;
    for (const { input, next } of rehearsedInputs(6)) {
      const { decision } = await decider.decide({ ...input, previous });
      expect(decision).toEqual(decide(input, createAssignmentSolver()));
      expect(JSON.stringify(decision.state)).toBe(JSON.stringify(next));
      previous = decision.state;
    }
    expect(previous.plan?.pairs).toHaveLength(2);
  });

  it('goes back to an earlier state, as after a cycle in shadow', async () => {
    const [first, second] = rehearsedInputs(2);
    const { decision } = await decider.decide(first!.input);
    for (let count = 0; count < 2; count += 1) {
      const again = await decider.decide({ ...second!.input, previous: decision.state });
      expect(JSON.stringify(again.decision.state)).toBe(JSON.stringify(second!.next));
    }
  });

  it('times every stage', async () => {
    const { stageSeconds } = await decider.decide(rehearsedInputs(1)[0]!.input);
    expect(Object.keys(stageSeconds).sort()).toEqual(['estimate', 'formulate', 'guard', 'quantise', 'solve']);
  });

  it('archives what each cycle decided from and what it decided', async () => {
    let previous = INITIAL_CYCLE_STATE;
    for (const { input, next } of rehearsedInputs(3)) {
      const { decision, archive } = await decider.decide({ ...input, previous });
      expect(JSON.stringify(await readInput(archive!.input!))).toBe(JSON.stringify(input));
      expect(JSON.stringify(await readState(archive!.state))).toBe(JSON.stringify(next));
      expect(JSON.stringify(await readPlan(archive!.plan))).toBe(JSON.stringify(next.plan));
      previous = decision.state;
    }
  });

  it('changes nothing of what it is given', async () => {
    const { input } = rehearsedInputs(1)[0]!;
    const before = structuredClone(input);
    await decider.decide(input);
    expect(input).toEqual(before);
  });

  it('rejects what cannot be decided, and decides the next', async () => {
    const [first, second] = rehearsedInputs(2);
    const { decision } = await decider.decide(first!.input);
    const broken = aCycleInput({ configuration: null as unknown as CycleInput['configuration'] });
    await expect(decider.decide(broken)).rejects.toThrow();
    const next = await decider.decide({ ...second!.input, previous: decision.state });
    expect(JSON.stringify(next.decision.state)).toBe(JSON.stringify(second!.next));
  });

  it('may be stopped between two decisions', async () => {
    const [first, second] = rehearsedInputs(2);
    const { decision } = await decider.decide(first!.input);
    await decider.stop();
    const next = await decider.decide({ ...second!.input, previous: decision.state });
    expect(JSON.stringify(next.decision.state)).toBe(JSON.stringify(second!.next));
  });
});

describe('decider, worker thread only', () => {
  it('goes on with another thread when its own is killed between two decisions', async () => {
    const unref = vi.spyOn(Worker.prototype, 'unref');
    const decider = new WorkerDecider(BUILT_WORKER, PATIENCE_MS, { isArchiving: true });
    onTestFinished(async () => {
      unref.mockRestore();
      await decider.stop();
    });
    const [first, second] = rehearsedInputs(2);
    const { decision } = await decider.decide(first!.input);
    await (unref.mock.contexts[0] as Worker).terminate();
    const next = await decider.decide({ ...second!.input, previous: decision.state });
    expect(JSON.stringify(next.decision.state)).toBe(JSON.stringify(second!.next));
    expect(JSON.stringify(await readInput(next.archive!.input!))).toBe(JSON.stringify(second!.input));
    expect(unref.mock.contexts).toHaveLength(2);
  });

  it('rejects a decision that takes too long', async () => {
    const decider = new WorkerDecider(BUILT_WORKER, 1);
    onTestFinished(() => decider.stop());
    await expect(decider.decide(rehearsedInputs(1)[0]!.input)).rejects.toThrow('gave no answer (it has 1 ms)');
  });

  it('writes no archive unless told to', async () => {
    const decider = new WorkerDecider(BUILT_WORKER, PATIENCE_MS);
    onTestFinished(() => decider.stop());
    expect(await decider.decide(rehearsedInputs(1)[0]!.input)).not.toHaveProperty('archive');
  });
});
