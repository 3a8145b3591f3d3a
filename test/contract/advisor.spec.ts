import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { documentPieces } from '#core/archive/document-pieces.js';
import { stateOfPieces } from '#core/archive/packed-state.js';
import { type CycleState, INITIAL_CYCLE_STATE } from '#core/decide.js';
import { originName } from '#core/model/name.js';
import type { WhatIfChanges } from '#core/what-if/what-if-changes.js';
import { createAssignmentSolver } from '#solver/create-assignment-solver.js';
import { aCycleInput } from '#testkit/cycle-builders.js';
import { founding, Rehearsal, seen } from '#testkit/rehearsal.js';
import { adviceOn } from '../../apps/control-plane/what-if/advice-on.js';
import type { Advice, Advisor, WhatIfQuestion } from '../../apps/control-plane/what-if/advisor.js';
import type { WhatIfAnswer } from '../../apps/control-plane/what-if/what-if-answer.js';
import { whatIfAnswerSchema } from '../../apps/control-plane/what-if/what-if-answer.schema.js';
import { WorkerAdvisor } from '../../apps/control-plane/what-if/worker-advisor.js';

const BUILT_WORKER = new URL('../../dist/bundles/control-plane/advice-worker.js', import.meta.url);
const PATIENCE_MS = 60_000;

/** Answers where it is asked. */
class InProcessAdvisor implements Advisor {
  readonly #solver = createAssignmentSolver();

  async advise({ standing, ...question }: WhatIfQuestion): Promise<Advice> {
    return Promise.resolve(adviceOn({ ...question, before: standing.plan }, this.#solver));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

const implementations = [
  { name: 'in process', create: (): Advisor => new InProcessAdvisor() },
  { name: 'worker thread', create: (): Advisor => new WorkerAdvisor(BUILT_WORKER, PATIENCE_MS) },
];

const MORE_CAPACITY: WhatIfChanges = { origins: [{ origin: originName('near'), capacityRate: 800 }] };
const MORE_DEMAND: WhatIfChanges = { demand: [{ change: { type: 'factor', factor: 1.5 } }] };

/** Of a scheduler that has just begun to move shares, because demand has grown. */
function aQuestion(changes: WhatIfChanges): WhatIfQuestion {
  const rehearsal = new Rehearsal(founding(), createAssignmentSolver());
  rehearsal.decideTimes(2, seen(100));
  const base = rehearsal.nextInput(seen(400));
  rehearsal.decideTimes(1, seen(400));
  return { changes, base, standing: rehearsal.state };
}

function answerOf(advice: Advice): WhatIfAnswer {
  if (advice.kind === 'undecided') throw new Error(`undecided: ${advice.details.join('; ')}`);
  return whatIfAnswerSchema.parse(JSON.parse(new TextDecoder().decode(advice.json)));
}

/** The state as a cycle leaves it where it was decided elsewhere; whoever looks at what it holds fails. */
function unread({ plan, memory }: CycleState): CycleState {
  const untouchable = new Proxy({} as NonNullable<CycleState['plan']>, {
    get: () => expect.unreachable('the plan was read'),
    ownKeys: () => expect.unreachable('the plan was listed'),
  });
  return stateOfPieces(untouchable, { plan: [...documentPieces(plan)], memory: [...documentPieces(memory)] });
}

describe.each(implementations)('advisor, $name', ({ create }) => {
  let advisor: Advisor;

  beforeEach(() => {
    advisor = create();
  });

  afterEach(() => advisor.stop());

  it.each([
    ['what operators declare', MORE_CAPACITY],
    ['what is measured', MORE_DEMAND],
    ['nothing', {}],
  ])('answers, to the byte, what is answered to a change of %s', async (_, changes) => {
    const question = aQuestion(changes);
    const advice = await advisor.advise(question);
    expect(advice).toEqual(await new InProcessAdvisor().advise(question));
    expect(answerOf(advice).pairs).toHaveLength(2);
  });

  it('compares with the plan in force, not with what the newest cycle started from', async () => {
    const question = aQuestion(MORE_CAPACITY);
    const { pairs } = answerOf(await advisor.advise(question));
    const [standing] = question.standing.plan!.pairs;
    const near = standing!.shares.find(({ origin }) => origin === 'near')!;
    expect(near.share).not.toBe(near.previousShare);
    expect(pairs[0]?.shares.find(({ origin }) => origin === 'near')?.before).toBe(near.share);
  });

  it('answers one question after the other', async () => {
    const [first, second] = [aQuestion(MORE_CAPACITY), aQuestion(MORE_DEMAND)];
    const advice = await advisor.advise(first);
    expect(await advisor.advise(second)).not.toEqual(advice);
    expect(await advisor.advise(first)).toEqual(advice);
  });

  it('answers where nothing was decided yet', async () => {
    const question = { ...aQuestion({}), standing: INITIAL_CYCLE_STATE };
    expect(answerOf(await advisor.advise(question)).pairs[0]?.demand.before).toBeNull();
  });

  it('changes nothing of what it is given', async () => {
    const question = aQuestion(MORE_DEMAND);
    const before = structuredClone(question);
    await advisor.advise(question);
    expect(question).toEqual(before);
  });

  it('rejects what cannot be answered, and answers the next', async () => {
    const broken = aCycleInput({ observation: null as never });
    await expect(advisor.advise({ ...aQuestion({}), base: broken })).rejects.toThrow();
    expect(await advisor.advise(aQuestion({}))).toMatchObject({ kind: 'answered' });
  });

  it('may be stopped between two questions', async () => {
    const advice = await advisor.advise(aQuestion({}));
    await advisor.stop();
    expect(await advisor.advise(aQuestion({}))).toEqual(advice);
  });
});

describe('advisor, worker thread only', () => {
  it('reads no plan and no memory where it is asked', async () => {
    const advisor = new WorkerAdvisor(BUILT_WORKER, PATIENCE_MS);
    onTestFinished(() => advisor.stop());
    const question = aQuestion(MORE_DEMAND);
    const { base, standing } = question;
    const packed = { ...question, base: { ...base, previous: unread(base.previous) }, standing: unread(standing) };
    expect(await advisor.advise(packed)).toEqual(await new InProcessAdvisor().advise(question));
  });

  it('goes on with another thread when its own is killed between two questions', async () => {
    const unref = vi.spyOn(Worker.prototype, 'unref');
    const advisor = new WorkerAdvisor(BUILT_WORKER, PATIENCE_MS);
    onTestFinished(async () => {
      unref.mockRestore();
      await advisor.stop();
    });
    const advice = await advisor.advise(aQuestion({}));
    await (unref.mock.contexts[0] as Worker).terminate();
    expect(await advisor.advise(aQuestion({}))).toEqual(advice);
  });

  it('gives a question up that takes too long', async () => {
    const advisor = new WorkerAdvisor(new URL('data:text/javascript,setInterval(()=>{},1e6)'), 1);
    onTestFinished(() => advisor.stop());
    await expect(advisor.advise(aQuestion({}))).rejects.toThrow('gave no answer (it has 2 ms)');
  });
});
