import { beforeEach, describe, expect, it } from 'vitest';
import { type CycleInput, type CycleState, decide, INITIAL_CYCLE_STATE } from '#core/decide.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type { Plan } from '#core/plan/plan.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '#core/settings.js';
import type { WhatIfChanges } from '#core/what-if/what-if-changes.js';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin } from '#testkit/model-builders.js';
import { anObservation } from '#testkit/observation-builders.js';
import { adviceOn } from './advice-on.js';
import type { Advice, WhatIfQuestion } from './advisor.js';
import type { WhatIfAnswer } from './what-if-answer.js';
import { whatIfAnswerSchema } from './what-if-answer.schema.js';
import { WhatIfService } from './what-if.service.js';

const solver = new LinearProgramSolver();
const NEAR_CAPACITY = 200;
const DEMAND = 400;
const CONFIGURATION = aConfiguration({
  origins: [
    anOrigin('far', { endpoints: [{ address: '192.0.2.2', weight: 1 }] }),
    anOrigin('near', { capacity: { rate: NEAR_CAPACITY } }),
  ],
  edges: [anEdge('ams-1')],
  loadBalancers: [aLoadBalancer('shop', ['near', 'far'])],
});

/** A scheduler that has settled: half of the demand is at the near origin, as much as fits. */
class World {
  configuration = CONFIGURATION;
  input: CycleInput | null;
  state: CycleState;
  advise = ({ standing, ...question }: WhatIfQuestion): Promise<Advice> =>
    Promise.resolve(adviceOn({ ...question, before: standing.plan }, solver));

  readonly service = new WhatIfService({
    configurations: { snapshot: () => Promise.resolve(this.configuration) },
    newestCycle: { lastInput: () => Promise.resolve(this.input), state: () => Promise.resolve(this.state) },
    advisor: { advise: (question) => this.advise(question) },
    cycleMs: settings.cycleMs,
  });

  constructor() {
    let input: CycleInput | null = null;
    let state = INITIAL_CYCLE_STATE;
    for (let cycle = 0; cycle < 12; cycle += 1) {
      input = this.#inputOf(cycle, state);
      ({ state } = decide(input, solver));
    }
    this.input = input;
    this.state = state;
  }

  async ask(changes: WhatIfChanges = {}): Promise<WhatIfAnswer> {
    return JSON.parse(new TextDecoder().decode(await this.service.answer(changes))) as WhatIfAnswer;
  }

  #inputOf(cycle: number, previous: CycleState): CycleInput {
    const nearShare = previous.plan?.pairs[0]?.shares.find(({ origin }) => origin === 'near')?.share ?? 1;
    const origins = {
      near: { rttMs: 5, isUp: true, load: DEMAND * nearShare },
      far: { rttMs: 90, isUp: true, endpoint: '192.0.2.2', load: DEMAND * (1 - nearShare) },
    };
    const observation = anObservation(cycle * settings.cycleMs, [{ edge: 'ams-1', demand: DEMAND, origins }]);
    return { configuration: CONFIGURATION, observation, previous, settings, isUrgent: false };
  }
}

const moreCapacity: WhatIfChanges = { origins: [{ origin: originName('near'), capacityRate: 800 }] };

describe('WhatIfService', () => {
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  it('tells where shares would settle, and what differs from the plan in force', async () => {
    const answer = await world.ask(moreCapacity);
    const [pair] = answer.pairs;
    expect(pair).toMatchObject({ loadBalancer: 'shop', edge: 'ams-1', isChanged: true });
    const near = pair!.shares.find(({ origin }) => origin === 'near')!;
    expect(near.before).toBeGreaterThan(0.45);
    expect(near.before).toBeLessThan(0.51);
    expect(near.after).toBe(1);
    expect(answer.origins.find(({ origin }) => origin === 'near')).toMatchObject({
      capacity: { before: NEAR_CAPACITY, after: 800 },
      expectedLoad: { after: expect.closeTo(DEMAND, 0) as number },
    });
    expect(answer.meanRttMs.after).toBeCloseTo(5, 6);
    // Half of everything, two points a cycle.
    expect(answer.cyclesAtDampedPace).toBe(Math.ceil((1 - near.before!) / 0.02));
    expect(answer.headline).toContain('near');
    expect(answer.observedAt).toBe(new Date(world.input!.observation.takenAtMs).toISOString());
    expect(answer.explanations).toMatchObject([{ loadBalancer: 'shop', edges: [{ edge: 'ams-1' }] }]);
    expect(answer.notices).toEqual([]);
  });

  it('answers as documented', async () => {
    for (const changes of [moreCapacity, {}, { origins: [{ origin: originName('far'), isRemoved: true }] }]) {
      expect(whatIfAnswerSchema.safeParse(await world.ask(changes)).error).toBeUndefined();
    }
  });

  it('tells of overload, and gives the notices of the hypothetical plan', async () => {
    const answer = await world.ask({ origins: [{ origin: originName('far'), state: 'disabled' }] });
    expect(answer.overload.before).toBe(0);
    expect(answer.overload.after).toBeCloseTo(DEMAND - NEAR_CAPACITY, 0);
    expect(answer.notices).toEqual([{ code: 'overload', origins: ['near'] }]);
    expect(answer.explanations[0]?.headline).toMatch(/near is .*overloaded/);
  });

  it('changes nothing of what it is asked from', async () => {
    const before = structuredClone([world.configuration, world.input, world.state]);
    await world.ask(moreCapacity);
    expect([world.configuration, world.input, world.state]).toEqual(before);
  });

  it('reckons with what operators declare now, though no cycle has seen it yet', async () => {
    const [far, near] = CONFIGURATION.origins;
    world.configuration = { ...CONFIGURATION, origins: [far!, { ...near!, capacity: { rate: 900 } }] };
    const { origins } = await world.ask();
    expect(origins.find(({ origin }) => origin === 'near')?.capacity).toEqual({ before: NEAR_CAPACITY, after: 900 });
  });

  it('names everything that is not there, at once, and asks nobody', async () => {
    world.advise = () => Promise.reject(new Error('nobody was to be asked'));
    const changes: WhatIfChanges = {
      origins: [{ origin: originName('mars') }],
      rtts: [{ edge: edgeName('moon-1'), origin: originName('far'), rttMs: 1 }],
    };
    await expect(world.ask(changes)).rejects.toMatchObject({
      code: 'invalid-resource',
      errors: [
        { pointer: '/origins/0/origin', code: 'unknown-origin' },
        { pointer: '/rtts/0/edge', code: 'unknown-edge' },
      ],
    });
  });

  it('says when to come again before the first cycle', async () => {
    world.input = null;
    await expect(world.ask()).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 15 });
  });

  it('answers one question at a time, and the next when it is done', async () => {
    const { promise, resolve } = deferred<null>();
    const adviseNow = world.advise;
    world.advise = async (question) => {
      await promise;
      return adviseNow(question);
    };
    const first = world.ask();
    // Both look at the configuration first.
    await expect(world.ask()).rejects.toMatchObject({ code: 'busy', retryAfterSeconds: 1 });
    resolve(null);
    await expect(first).resolves.toBeDefined();
    await expect(world.ask()).resolves.toBeDefined();
  });

  it.each<[string, () => Promise<Advice>]>([
    ['no decision came', () => Promise.reject(new Error('the worker died'))],
    ['none was sound', () => Promise.resolve({ kind: 'undecided', details: ['the solver gave up'] })],
  ])('does not take for an answer that %s, and can be asked again', async (_, adviseBadly) => {
    const adviseWell = world.advise;
    world.advise = adviseBadly;
    await expect(world.ask()).rejects.toMatchObject({
      code: 'unavailable',
      detail: expect.stringMatching(/the worker died|the solver gave up/) as string,
    });
    world.advise = adviseWell;
    await expect(world.ask()).resolves.toBeDefined();
  });
});

describe('explanations', () => {
  it('are of those concerned only, where there are many load balancers', async () => {
    const world = new World();
    const quiet = Array.from({ length: 10 }, (_, index) => aLoadBalancer(`quiet-${index}`, ['far']));
    const idle: Plan['pairs'] = quiet.map(({ name }) => ({
      ...world.state.plan!.pairs[0]!,
      loadBalancer: name,
      demand: 0,
      shares: [{ ...world.state.plan!.pairs[0]!.shares[0]!, origin: originName('far'), share: 1 }],
    }));
    const plan = { ...world.state.plan!, pairs: [...idle, ...world.state.plan!.pairs] };
    world.state = { ...world.state, plan };
    world.input = { ...world.input!, previous: world.state };
    world.configuration = { ...CONFIGURATION, loadBalancers: [...quiet, ...CONFIGURATION.loadBalancers] };
    const explained = async (changes: WhatIfChanges) =>
      (await world.ask(changes)).explanations.map(({ loadBalancer }) => loadBalancer);

    expect(await explained(moreCapacity)).toEqual(['shop']);
    const quiet3 = { loadBalancer: loadBalancerName('quiet-3'), policy: { frozen: true } };
    expect(await explained({ ...moreCapacity, loadBalancers: [quiet3] })).toEqual(['quiet-3', 'shop']);
  });
});

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
