import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { originName } from '#core/model/name.js';
import type { ShareDecision } from '#core/plan/plan.js';
import { startControlPlane, type ControlPlaneProcess } from '#testkit/control-plane-process.js';
import { dampingBreaches } from '#testkit/damping-contract.js';
import { eventually } from '#testkit/eventually.js';
import { withLastWords } from '#testkit/last-words.js';
import {
  DAMPING_BOUNDS,
  EDGES,
  LOAD_BALANCER,
  MAX_SHIFT,
  NEAR_CAPACITY,
  NearAndFar,
  nearSettlesAt,
} from '#testkit/near-and-far.js';
import { WeirApi, type HistoricCycle, type ShownExplanation, type ShownWhatIf } from '#testkit/weir-api.js';

/*
 * What operators ask of a loop that runs, and do to it. The story is played once; each example judges a part of what was
 * recorded.
 *
 *     settle    150 connections/s arrive where 60 fit at the near origin
 *     ask       with the scheduler frozen: why is it so, and what would more capacity bring?
 *     freeze    the load balancer, while the near origin grows for a while
 *     take over by hand, and hand back
 */
const CYCLE_SECONDS = 0.5;
const FROZEN_CYCLES = 4;
const GROWN_CAPACITY = 1.5 * NEAR_CAPACITY;
const SHARE_BY_HAND = 0.1;

interface Story {
  readonly explanation: ShownExplanation;
  readonly whatIf: ShownWhatIf;
  /** Shares, agents and the newest cycle, before the question and after. */
  readonly aroundTheQuestion: readonly unknown[];
  /** Every cycle since the loop had settled. */
  readonly cycles: readonly HistoricCycle[];
  /** Ids of the cycles at which a chapter began or ended. */
  readonly freezeBegan: number;
  readonly freezeEnded: number;
  readonly handBegan: number;
  readonly handEnded: number;
}

let world: NearAndFar;
let controlPlane: ControlPlaneProcess;
let story: Story;

beforeAll(async () => {
  world = await NearAndFar.start();
  controlPlane = await startControlPlane({
    environment: { WEIR_CYCLE_SECONDS: String(CYCLE_SECONDS), WEIR_RATE_WINDOW_SECONDS: '2' },
  });
  story = await withLastWords(
    () => [controlPlane, ...world.agents],
    () => play(new WeirApi(controlPlane)),
  );
});

afterAll(async () => {
  await world.stop();
  await controlPlane.stop();
});

describe('a loop that runs', () => {
  it('tells in words, and with a price, why half of the demand goes far', () => {
    const { headline, origins, edges } = story.explanation;
    expect(headline).toMatch(/near is (expected to be )?full \(\d+ of 60\/s\)/);
    const near = origins.find(({ origin }) => origin === 'near')!;
    // What the far origin takes longer, less what it costs to fill the near one beyond its target.
    expect(near.shadowPriceMs).toBeGreaterThan(10);
    expect(near.shadowPriceMs).toBeLessThan(200);
    expect(near.oneMore).toMatch(/^one more connection per second of capacity at near would save \d+ ms each$/);
    expect(edges.map(({ edge }) => edge)).toEqual(EDGES);
    for (const { sentence, bindingConstraints } of edges) {
      expect(sentence).toMatch(/goes to far, \+\d+ ms/);
      expect(bindingConstraints).toContainEqual(expect.objectContaining({ type: 'origin-capacity', origin: 'near' }));
    }
  });

  it('tells what more capacity would bring, and changes nothing by it', () => {
    const { whatIf, aroundTheQuestion } = story;
    for (const { shares } of whatIf.pairs) {
      expect(shares.find(({ origin }) => origin === 'near')!.after).toBe(1);
    }
    expect(whatIf.meanRttMs.after).toBeLessThan(whatIf.meanRttMs.before!);
    expect(whatIf.cyclesAtDampedPace).toBeGreaterThanOrEqual(10);
    expect(whatIf.headline).toContain('near');
    expect(whatIf.explanations).toMatchObject([{ loadBalancer: LOAD_BALANCER }]);
    expect(aroundTheQuestion[1]).toEqual(aroundTheQuestion[0]);
  });

  it('moves no share of a frozen load balancer, whatever there would be to gain', () => {
    const frozen = between(story.freezeBegan, story.freezeEnded);
    expect(frozen.length).toBeGreaterThanOrEqual(FROZEN_CYCLES);
    for (const edge of EDGES) {
      const decisions = frozen.flatMap((cycle) => decisionsOf(cycle, 'near', edge));
      expect(new Set(decisions.map(({ reason }) => reason))).toEqual(new Set(['frozen']));
      expect(new Set(decisions.map(({ share }) => share)).size).toBe(1);
    }
    const thawed = between(story.freezeEnded, story.handBegan).flatMap((cycle) => decisionsOf(cycle, 'near'));
    expect(thawed.some(isMore)).toBe(true);
  });

  it('takes shares set by hand at once, and returns from them by damped steps', () => {
    const byHand = between(story.handBegan, story.handEnded);
    for (const decision of decisionsOf(byHand.at(-1)!, 'near')) {
      expect(decision).toMatchObject({ share: SHARE_BY_HAND, reason: 'manual' });
    }
    const handedOver = byHand.find((cycle) => decisionsOf(cycle, 'near').every(({ reason }) => reason === 'manual'))!;
    expect(decisionsOf(handedOver, 'near').map(({ share }) => share)).toEqual(EDGES.map(() => SHARE_BY_HAND));

    const returning = story.cycles
      .filter(({ id }) => id > story.handEnded)
      .flatMap((cycle) => decisionsOf(cycle, 'near'));
    const steps = returning.filter(isMore);
    expect(steps.length).toBeGreaterThanOrEqual(2 * EDGES.length);
    for (const { share, previousShare, reason } of steps) {
      expect(reason).toBe('damped');
      expect(share - previousShare!).toBeLessThanOrEqual(MAX_SHIFT + 1e-5);
    }
  });

  it('keeps the damping contract all the while', () => {
    expect(dampingBreaches(story.cycles, DAMPING_BOUNDS)).toEqual([]);
  });
});

async function play(api: WeirApi): Promise<Story> {
  await world.declare(api);
  await world.startAgents(controlPlane);
  await nearSharesAre(api, 'held');
  world.load.start();
  await nearSettlesAt(api, NEAR_CAPACITY);
  const settled = await api.lastCycleId();
  const asked = await ask(api);
  const frozen = await freeze(api);
  const byHand = await takeOver(api);
  return { ...asked, ...frozen, ...byHand, cycles: await api.cyclesAfter(settled) };
}

/** Asks while nothing moves. */
async function ask(api: WeirApi): Promise<Pick<Story, 'explanation' | 'whatIf' | 'aroundTheQuestion'>> {
  await api.setMode('frozen');
  const before = await eventually(async () => {
    const state = await stateOf(api);
    // A cycle may have been under way, and its weights on their way to the agents.
    expect(Date.now() - Date.parse(state.shares.decidedAt!)).toBeGreaterThan(2_000 * CYCLE_SECONDS);
    for (const { applied, published } of state.edges) expect(applied).toEqual(published);
    return state;
  });
  const whatIf = await api.whatIf({ origins: [{ origin: originName('near'), capacityRate: 400 }] });
  const after = await stateOf(api);
  const explanation = await api.explanation(LOAD_BALANCER);
  await api.setMode('running');
  return { explanation, whatIf, aroundTheQuestion: [before, after] };
}

/** Freezes the load balancer while the near origin grows by half, then thaws it until shares have followed. */
async function freeze(api: WeirApi): Promise<Pick<Story, 'freezeBegan' | 'freezeEnded'>> {
  await api.patch(`/v1/load-balancers/${LOAD_BALANCER}`, { policy: { frozen: true } });
  await nearSharesAre(api, 'frozen');
  const freezeBegan = await api.lastCycleId();
  await api.patch('/v1/origins/near', { capacity: { rate: GROWN_CAPACITY } });
  await api.passCycles(FROZEN_CYCLES);
  const freezeEnded = await api.lastCycleId();
  await api.patch(`/v1/load-balancers/${LOAD_BALANCER}`, { policy: { frozen: false } });
  await nearSettlesAt(api, GROWN_CAPACITY);
  await api.patch('/v1/origins/near', { capacity: { rate: NEAR_CAPACITY } });
  await nearSettlesAt(api, NEAR_CAPACITY);
  return { freezeBegan, freezeEnded };
}

/** Sets the shares by hand for a while, and hands back until they have settled again. */
async function takeOver(api: WeirApi): Promise<Pick<Story, 'handBegan' | 'handEnded'>> {
  const handBegan = await api.lastCycleId();
  const manualShares = { near: 100 * SHARE_BY_HAND, far: 100 * (1 - SHARE_BY_HAND) };
  await api.patch(`/v1/load-balancers/${LOAD_BALANCER}`, { policy: { mode: 'manual', manualShares } });
  await nearSharesAre(api, 'manual');
  await api.passCycles(2);
  const handEnded = await api.lastCycleId();
  await api.patch(`/v1/load-balancers/${LOAD_BALANCER}`, { policy: { mode: 'automatic' } });
  await nearSettlesAt(api, NEAR_CAPACITY);
  return { handBegan, handEnded };
}

/** Resolves once the shares of the near origin have this reason on every edge. */
async function nearSharesAre(api: WeirApi, reason: ShareDecision['reason']): Promise<void> {
  await eventually(async () => {
    const { pairs } = await api.shares(LOAD_BALANCER);
    const near = pairs.map(({ shares }) => shares.find(({ origin }) => origin === 'near')?.reason);
    expect(near).toEqual(EDGES.map(() => reason));
  });
}

/** What a question must leave as it is. */
async function stateOf(api: WeirApi) {
  const edges = await Promise.all(EDGES.map((edge) => api.edgeStatus(edge)));
  const points = edges.map(({ applied, published }) => ({ applied, published }));
  return { edges: points, shares: await api.shares(LOAD_BALANCER), lastCycle: await api.lastCycleId() };
}

function between(after: number, upTo: number): readonly HistoricCycle[] {
  return story.cycles.filter(({ id }) => id > after && id <= upTo);
}

/** What a cycle decided on an origin, on one edge or on all. */
function decisionsOf({ plan }: HistoricCycle, origin: string, edge?: string): readonly ShareDecision[] {
  return plan!.pairs
    .filter((pair) => edge === undefined || pair.edge === edge)
    .flatMap(({ shares }) => shares.filter((decision) => decision.origin === origin));
}

function isMore({ share, previousShare }: ShareDecision): boolean {
  return share > (previousShare ?? 0);
}
