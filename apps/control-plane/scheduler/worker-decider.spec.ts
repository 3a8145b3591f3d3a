import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { INITIAL_CYCLE_STATE } from '#core/decide.js';
import { DEFAULT_SCHEDULER_SETTINGS } from '#core/settings.js';
import { aCycleInput } from '#testkit/cycle-builders.js';
import { aPlan } from '#testkit/model-builders.js';
import type { TimedDecision } from './decider.js';
import { WorkerDecider } from './worker-decider.js';

const PATIENCE_MS = 30_000;
const SHORT_MS = 2_000;

const INPUT = aCycleInput();
/** Tells the scripted worker to run its script. */
const MARKED = aCycleInput({ settings: { ...DEFAULT_SCHEDULER_SETTINGS, cycleMs: 1 } });

/**
 * A worker that keeps to the protocol, and runs `script` when a marked question is to be decided, `onNext` before each part
 * of any answer. It answers how many
 * questions its thread has decided (`solve` in `stageSeconds`) and of how many documents the last one was (`guard`).
 */
function scriptedWorker(script = '', onNext = ''): URL {
  const source = `
    import { parentPort } from 'node:worker_threads';
    let count = 0, texts, answer, isMarked;
    parentPort.on('message', (message) => {
      if (message.kind === 'begin') texts = [];
      if (message.kind === 'piece' && message.piece.kind === 'document') texts.push(message.piece.text);
      if (message.kind === 'decide') {
        count += 1;
        isMarked = texts[0].includes('"cycleMs":1,');
        if (isMarked) { ${script} }
        const stageSeconds = { solve: count, guard: texts.length };
        const details = [String(Number(message.overAtNs - process.hrtime.bigint()) / 1e6)];
        const outcome = { kind: 'kept', cause: 'solver-failure', details };
        answer = ['null', '{"pairs":[]}', JSON.stringify({ outcome, weights: [], solverRescues: 7, stageSeconds })];
      }
      if (message.kind === 'next') {
        ${onNext}
        const text = answer.shift();
        const piece = { kind: 'document', text };
        parentPort.postMessage(text === undefined ? { kind: 'end', archive: null } : { kind: 'piece', piece });
      }
    });`;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}

const decisionsOfThread = ({ stageSeconds }: TimedDecision): number | undefined => stageSeconds.solve;
const documentsSent = ({ stageSeconds }: TimedDecision): number | undefined => stageSeconds.guard;

describe('WorkerDecider', () => {
  let decider: WorkerDecider;
  let unref: MockInstance;

  beforeEach(() => {
    unref = vi.spyOn(Worker.prototype, 'unref');
  });

  afterEach(async () => {
    unref.mockRestore();
    await decider.stop();
  });

  function newestWorker(): Worker {
    return unref.mock.contexts.at(-1) as Worker;
  }

  it('puts the answer together from its pieces', async () => {
    decider = new WorkerDecider(scriptedWorker(), PATIENCE_MS);
    const { decision, archive } = await decider.decide(INPUT);
    expect(decision).toMatchObject({ outcome: { kind: 'kept' }, weights: [], solverRescues: 7 });
    expect(decision.state).toEqual({ plan: null, memory: { pairs: [] } });
    expect(archive).toBeUndefined();
  });

  it('does not send the state again that the worker answered last, and any other it does', async () => {
    decider = new WorkerDecider(scriptedWorker(), PATIENCE_MS);
    const first = await decider.decide(INPUT);
    const second = await decider.decide({ ...INPUT, previous: first.decision.state });
    const other = await decider.decide({ ...INPUT, previous: first.decision.state });
    const third = await decider.decide({ ...INPUT, previous: other.decision.state });
    expect([first, second, other, third].map(documentsSent)).toEqual([3, 1, 3, 1]);
    expect(decisionsOfThread(third)).toBe(4);
  });

  it('lets the solver have most of the deadline, counted from the question', async () => {
    decider = new WorkerDecider(scriptedWorker(), PATIENCE_MS);
    const { decision } = await decider.decide(INPUT);
    const [leftMs] = decision.outcome.kind === 'kept' ? decision.outcome.details.map(Number) : [];
    expect(leftMs).toBeLessThan(PATIENCE_MS * 0.7);
    expect(leftMs).toBeGreaterThan(PATIENCE_MS * 0.3);
  });

  it('ends a decision at its deadline, and starts the next afresh, with the state', async () => {
    decider = new WorkerDecider(scriptedWorker('for (;;);'), SHORT_MS);
    const { decision } = await decider.decide(INPUT);
    await expect(decider.decide({ ...MARKED, previous: decision.state })).rejects.toThrow(
      `gave no answer (it has ${SHORT_MS} ms)`,
    );
    const next = await decider.decide({ ...INPUT, previous: decision.state });
    expect([decisionsOfThread(next), documentsSent(next)]).toEqual([1, 3]);
    expect(decisionsOfThread(await decider.decide(INPUT))).toBe(2);
  });

  it('ends an answer that stops coming', async () => {
    decider = new WorkerDecider(scriptedWorker('', 'if (answer.length < 2) return;'), SHORT_MS);
    await expect(decider.decide(INPUT)).rejects.toThrow('gave no answer');
  });

  it('tells why the worker crashed', async () => {
    decider = new WorkerDecider(scriptedWorker('throw new Error("out of ideas");'), PATIENCE_MS);
    await expect(decider.decide(MARKED)).rejects.toMatchObject({ cause: { message: 'out of ideas' } });
    expect(decisionsOfThread(await decider.decide(INPUT))).toBe(1);
  });

  it('tells that the worker ended in the middle of its answer', async () => {
    decider = new WorkerDecider(scriptedWorker('', 'if (answer.length < 2) process.exit(3);'), PATIENCE_MS);
    await expect(decider.decide(INPUT)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('code 3') as string },
    });
  });

  it('does not take for an answer what cannot be read', async () => {
    decider = new WorkerDecider(scriptedWorker('', 'answer[0] = "{";'), PATIENCE_MS);
    await expect(decider.decide(INPUT)).rejects.toMatchObject({ cause: { name: 'SyntaxError' } });
  });

  it('ends a worker that is killed while it is asked', async () => {
    decider = new WorkerDecider(scriptedWorker('for (;;);'), PATIENCE_MS);
    const plan = aPlan([], { notices: [{ code: 'kept', pairs: 1, details: Array(200).fill('x'.repeat(20_000)) }] });
    const asked = decider.decide({ ...MARKED, previous: { ...INITIAL_CYCLE_STATE, plan } });
    const failed = expect(asked).rejects.toThrow('gave no answer');
    await newestWorker().terminate();
    await failed;
    expect(decisionsOfThread(await decider.decide(INPUT))).toBe(1);
  });

  it('outlives a worker that crashes between two decisions, and sends its successor the state', async () => {
    decider = new WorkerDecider(
      scriptedWorker('', 'if (isMarked && answer.length === 0) setTimeout(() => { throw new Error("late"); }, 0);'),
      PATIENCE_MS,
    );
    const { decision } = await decider.decide(MARKED);
    const worker = newestWorker();
    await new Promise((resolve) => worker.once('exit', resolve));
    const next = await decider.decide({ ...INPUT, previous: decision.state });
    expect([decisionsOfThread(next), documentsSent(next)]).toEqual([1, 3]);
  });

  it('may be stopped before it ever decided, and twice', async () => {
    decider = new WorkerDecider(scriptedWorker(), PATIENCE_MS);
    await expect(decider.stop()).resolves.toBeUndefined();
    await expect(decider.stop()).resolves.toBeUndefined();
  });
});
