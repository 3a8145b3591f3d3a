import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAssignmentSolver } from '#solver/create-assignment-solver.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin, aPolicy, aReference } from '#testkit/model-builders.js';
import { anObservation } from '#testkit/observation-builders.js';
import { type CycleState, decide, type Decision, INITIAL_CYCLE_STATE } from './decide.js';
import type { Configuration } from './model/configuration.js';
import type { LoadBalancer, OriginReference, Policy } from './model/load-balancer.js';
import { originName } from './model/name.js';
import type { Origin, ServingState } from './model/origin.js';
import type { Observation } from './observe/observation.js';
import type { PairPlan, Plan, ShareDecision, ShareReason } from './plan/plan.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from './settings.js';

/**
 * The written contract of damping and of what a plan must be, judged from configuration, observation and the plans alone:
 * nothing here shares code with the formulation or the guard.
 */
const MOST = { balancers: 3, edges: 4, origins: 4, cycles: 14 };
const TOLERANCE = 2e-4;
const solver = createAssignmentSolver();

const seldom = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 8, arbitrary: usual }, { weight: 1, arbitrary: odd });
const listOf = <T>(length: number, of: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(of, { minLength: length, maxLength: length });

const rate = seldom<number | undefined>(
  fc.oneof(
    fc.integer({ min: 0, max: 500 }),
    // By order of magnitude; an even spread of floating-point exponents would be all but 0.
    fc.integer({ min: -300, max: 600 }).map((power) => 10 ** (power / 100)),
  ),
  fc.constantFrom(undefined, 0, Number.NaN, -5, Infinity, 1e15, 1e300, Number.MAX_VALUE),
);
const rtt = seldom<number | undefined>(
  fc.double({ min: 0.1, max: 400, noNaN: true }),
  fc.constantFrom(undefined, Number.NaN, -1, 1e9),
);
const age = seldom(fc.constant(0), fc.constantFrom(30_000, 45_000, 45_001, 4_000_000));
const state = seldom<ServingState>(fc.constant('active'), fc.constantFrom('draining', 'disabled'));
const capacity = fc.constantFrom(undefined, 0, 0.5, 50, 200, 1_000, 1e7);

const origin = fc.record({
  capacity,
  connections: seldom<number | undefined>(fc.constant(undefined), fc.constantFrom(0, 100, 1e6)),
  endpointWeights: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
});
const reference = fc.record({
  isNamed: seldom(fc.constant(true), fc.constant(false)),
  dialPercent: seldom(fc.constant(100), fc.constantFrom(0, 30, 60)),
  tier: seldom(fc.constant(0), fc.constant(1)),
  maxRate: seldom<number | undefined>(fc.constant(undefined), fc.constantFrom(0, 20, 500)),
});
const balancer = fc.record({
  maxShiftPercent: fc.constantFrom(0.5, 2, 2, 2, 25, 100),
  overloadMaxShiftPercent: fc.constantFrom(1, 25, 100),
  frozen: seldom(fc.constant(false), fc.constant(true)),
  manualOrigin: seldom<number | undefined>(fc.constant(undefined), fc.integer({ min: 0, max: MOST.origins - 1 })),
  maxLatencyMs: fc.constantFrom(undefined, undefined, 100, 250),
  latencyMode: fc.constantFrom('soft' as const, 'strict' as const),
  targetUtilizationPercent: fc.constantFrom(50, 80, 100),
  distribution: fc.constantFrom('maglev-5-tuple' as const, 'weighted-round-robin' as const),
});
const cycle = fc.record({
  states: listOf(MOST.origins, state),
  references: listOf(MOST.balancers * MOST.origins, reference),
  /** Most cycles keep the references of the cycle before. */
  isConfigurationChanged: seldom(fc.constant(false), fc.constant(true)),
  ages: listOf(MOST.edges, age),
  isUrgent: seldom(fc.constant(false), fc.constant(true)),
  rates: listOf(MOST.balancers * MOST.edges, rate),
  loads: listOf(MOST.edges * MOST.origins, rate),
  active: listOf(MOST.edges * MOST.origins, rate),
  rtts: listOf(MOST.edges * MOST.origins, rtt),
  verdicts: listOf(
    MOST.edges * MOST.origins,
    seldom<boolean | undefined>(fc.constant(true), fc.constantFrom(false, undefined)),
  ),
});
const script = fc.record({
  edges: fc.integer({ min: 1, max: MOST.edges }),
  origins: fc.array(origin, { minLength: 1, maxLength: MOST.origins }),
  balancers: fc.array(balancer, { minLength: 1, maxLength: MOST.balancers }),
  cycles: fc.array(cycle, { minLength: 2, maxLength: MOST.cycles }),
});
type Generated<A> = A extends fc.Arbitrary<infer T> ? T : never;
type Script = Generated<typeof script>;
type Cycle = Script['cycles'][number];

const ENDPOINT = (index: number) => `192.0.2.${index + 1}`;

function configurationOf(script: Script, cycle: Cycle, references: Cycle['references']): Configuration {
  return aConfiguration({
    origins: script.origins.map(({ capacity, connections, endpointWeights }, index) =>
      anOrigin(`origin-${index}`, {
        capacity: { rate: capacity, connections },
        state: cycle.states[index]!,
        endpoints: [1, ...endpointWeights].map((weight, nth) => ({ address: ENDPOINT(nth), weight })),
      }),
    ),
    edges: Array.from({ length: script.edges }, (_, index) => anEdge(`edge-${index}`)),
    loadBalancers: script.balancers.map(({ distribution, manualOrigin, ...policy }, index) =>
      aLoadBalancer(`lb-${index}`, namedOrigins(script, references.slice(index * MOST.origins)), {
        distribution,
        policy: aPolicy({ ...policy, ...manualPolicy(manualOrigin) }),
      }),
    ),
  });
}

function manualPolicy(index: number | undefined): Partial<Policy> {
  return index === undefined ? {} : { mode: 'manual', manualShares: { [originName(`origin-${index}`)]: 100 } };
}

function namedOrigins(script: Script, references: Cycle['references']): readonly OriginReference[] {
  return script.origins.flatMap((_origin, index) => {
    const { isNamed, maxRate, ...rest } = references[index]!;
    return isNamed ? [aReference(`origin-${index}`, { ...rest, ...(maxRate !== undefined && { maxRate }) })] : [];
  });
}

function observationOf(script: Script, cycle: Cycle, takenAtMs: number): Observation {
  const pairs = script.balancers.flatMap((_balancer, balancer) =>
    Array.from({ length: script.edges }, (_, edge) => {
      const demand = cycle.rates[balancer * MOST.edges + edge];
      const origins = script.origins.map((_origin, origin) => {
        const at = edge * MOST.origins + origin;
        const figures = {
          rttMs: cycle.rtts[at],
          isUp: cycle.verdicts[at],
          load: cycle.loads[at],
          activeConnections: cycle.active[at],
        };
        return [
          `origin-${origin}`,
          Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined)),
        ];
      });
      return {
        loadBalancer: `lb-${balancer}`,
        edge: `edge-${edge}`,
        ageMs: cycle.ages[edge]!,
        ...(demand !== undefined && { demand }),
        origins: Object.fromEntries(origins) as Record<string, object>,
      };
    }),
  );
  return anObservation(takenAtMs, pairs);
}

interface Step {
  readonly configuration: Configuration;
  readonly observation: Observation;
  readonly isUrgent: boolean;
  readonly before: Plan | null;
  /** (load balancer, edge, origin) whose only probed endpoint is taken for dead. */
  readonly dead: ReadonlySet<string>;
  readonly decision: Decision;
}

/** Verdicts as they stand: the last fresh one, forgotten when the edge was not heard of for long or the origin is not used. */
function deadAfter(before: ReadonlySet<string>, configuration: Configuration, observation: Observation): Set<string> {
  const dead = new Set<string>();
  for (const { edge, ageMs, loadBalancers } of observation.edges) {
    for (const { loadBalancer, origins } of loadBalancers) {
      const balancer = configuration.loadBalancers.find(({ name }) => name === loadBalancer);
      for (const { origin, endpoints } of origins) {
        if (balancer?.origins.every((reference) => reference.origin !== origin) === true) continue;
        const key = `${loadBalancer}/${edge}/${origin}`;
        const verdict = ageMs <= settings.cycleMs * settings.staleAfterCycles ? endpoints[0]?.up : undefined;
        const isRemembered = before.has(key) && ageMs <= settings.cycleMs * settings.demandMemoryCycles;
        if (verdict === undefined ? isRemembered : !verdict) dead.add(key);
      }
    }
  }
  return dead;
}

function play(script: Script): readonly Step[] {
  let previous: CycleState = INITIAL_CYCLE_STATE;
  let references = script.cycles[0]!.references;
  let dead: ReadonlySet<string> = new Set();
  return script.cycles.map((cycle, index) => {
    if (cycle.isConfigurationChanged) references = cycle.references;
    const configuration = configurationOf(script, cycle, references);
    const observation = observationOf(script, cycle, index * settings.cycleMs);
    const { isUrgent } = cycle;
    const decision = decide({ configuration, observation, previous, settings, isUrgent }, solver);
    const before = previous.plan;
    previous = decision.state;
    dead = deadAfter(dead, configuration, observation);
    return { configuration, observation, isUrgent, before, dead, decision };
  });
}

type Right = 'serve' | 'fail-open' | 'none';

/** What an origin may do for a pair, read off what operators and probes said. */
function rightOf(reference: OriginReference, origin: Origin, pair: PairPlan, dead: ReadonlySet<string>): Right {
  if (origin.state !== 'active' || reference.dialPercent === 0 || reference.maxRate === 0) return 'none';
  const serving = origin.endpoints.filter((endpoint) => endpoint.weight > 0);
  const isDead = dead.has(`${pair.loadBalancer}/${pair.edge}/${origin.name}`);
  return serving.every(({ address }) => isDead && address === ENDPOINT(0)) ? 'fail-open' : 'serve';
}

function rightsOf(pair: PairPlan, balancer: LoadBalancer, { configuration, dead }: Step): ReadonlyMap<string, Right> {
  return new Map(
    balancer.origins.map((reference) => {
      const origin = configuration.origins.find(({ name }) => name === reference.origin)!;
      return [reference.origin, rightOf(reference, origin, pair, dead)];
    }),
  );
}

const sharesOf = (pair: PairPlan | undefined) => new Map(pair?.shares.map(({ origin, share }) => [origin, share]));
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const pairIn = (plan: Plan | null, { loadBalancer, edge }: PairPlan) =>
  plan?.pairs.find((pair) => pair.loadBalancer === loadBalancer && pair.edge === edge);

/** Every breach of the contract in one pair's step, in words. */
function breachesOf(pair: PairPlan, step: Step): readonly string[] {
  const balancer = step.configuration.loadBalancers.find(({ name }) => name === pair.loadBalancer)!;
  const rights = rightsOf(pair, balancer, step);
  const best = (['serve', 'fail-open'] as const).find((right) => [...rights.values()].includes(right));
  const total = sum(pair.shares.map(({ share }) => share));
  const breaches: string[] = [];
  if (pair.shares.map(({ origin }) => origin).join() !== [...rights.keys()].sort().join()) breaches.push('incomplete');
  if (!(Math.abs(total - (best === undefined ? 0 : 1)) < 1e-9)) breaches.push(`shares sum to ${total}`);
  for (const { origin, share } of pair.shares) {
    if (!(share >= 0 && share <= 1)) breaches.push(`${origin} has ${share}`);
    if (share !== 0 && rights.get(origin) !== best) breaches.push(`${origin} may not serve and has ${share}`);
  }
  return best === 'serve' ? [...breaches, ...dampingBreachesOf(pair, rights, balancer, step)] : breaches;
}

function dampingBreachesOf(
  pair: PairPlan,
  rights: ReadonlyMap<string, Right>,
  balancer: LoadBalancer,
  step: Step,
): readonly string[] {
  const contract = contractOf(pair, rights, balancer, step);
  return pair.shares.flatMap((decision) => {
    if (rights.get(decision.origin) !== 'serve') return [];
    const shift = decision.share - (contract.held.get(decision.origin) ?? 0);
    if (!isWithin(decision, shift, contract)) {
      return [`${decision.origin} moved by ${shift}, ${JSON.stringify(contract)}`];
    }
    return isReasonTrue(decision, shift, contract)
      ? []
      : [`${decision.origin} moved by ${shift} for the reason ${decision.reason}`];
  });
}

/** How far the shares of one pair may move, by the written contract. */
interface Contract {
  readonly held: ReadonlyMap<string, number>;
  readonly mayBePlacedAnew: boolean;
  readonly isManual: boolean;
  readonly maxShift: number;
  readonly overloadMaxShift: number;
  /** What origins that may not serve had. */
  readonly displaced: number;
  /** What left origins above their capacity. */
  readonly relieved: number;
  readonly above: readonly string[];
  readonly roomy: readonly string[];
}

/** Does an edge tell the pair's demand now, and so that it makes sense? */
function isTold({ loadBalancer, edge: name }: PairPlan, { observation }: Step): boolean {
  const edge = observation.edges.find(({ edge }) => edge === name);
  if (edge === undefined || edge.ageMs > settings.cycleMs * settings.staleAfterCycles) return false;
  const demand = edge.loadBalancers.find((seen) => seen.loadBalancer === loadBalancer)?.ratePerSecond ?? Number.NaN;
  return demand >= 0 && demand <= 1e9;
}

/** What edges that tell no demand now are taken to send to each origin still, by what they were last known to. */
function untoldLoadsOf(step: Step): ReadonlyMap<string, number> {
  const loads = new Map<string, number>();
  const { pairs, notices } = step.decision.state.plan!;
  const isMassSilence = notices.some(({ code }) => code === 'mass-silence');
  for (const pair of pairs.filter((each) => isMassSilence || !isTold(each, step))) {
    for (const [origin, share] of sharesOf(pairIn(step.before, pair))) {
      loads.set(origin, (loads.get(origin) ?? 0) + pair.demand * share);
    }
  }
  return loads;
}

function contractOf(
  pair: PairPlan,
  rights: ReadonlyMap<string, Right>,
  { policy }: LoadBalancer,
  step: Step,
): Contract {
  const { before, decision, isUrgent } = step;
  const known = pairIn(before, pair);
  const held = sharesOf(known);
  const isStill = policy.frozen || pair.shares.some(({ reason }) => reason === 'stale');
  const { origins } = decision.state.plan!;
  const untold = untoldLoadsOf(step);
  const above = origins.filter(
    ({ origin, capacity, measuredLoad }) => capacity !== null && measuredLoad + (untold.get(origin) ?? 0) > capacity,
  );
  const roomy = origins.filter(({ capacity, measuredLoad }) => capacity === null || measuredLoad < capacity);
  const left = pair.shares.map(({ origin, share }) =>
    above.some((outlook) => outlook.origin === origin) ? Math.max(0, (held.get(origin) ?? 0) - share) : 0,
  );
  return {
    held,
    mayBePlacedAnew: known === undefined || (known.isProvisional && !pair.isProvisional),
    isManual: policy.mode === 'manual',
    maxShift: isStill || isUrgent ? 0 : policy.maxShiftPercent / 100,
    overloadMaxShift: isStill
      ? 0
      : Math.max(policy.overloadMaxShiftPercent, isUrgent ? 0 : policy.maxShiftPercent) / 100,
    displaced: 1 - sum([...held].map(([origin, share]) => (rights.get(origin) === 'serve' ? share : 0))),
    relieved: sum(left),
    above: above.map(({ origin }) => origin),
    roomy: roomy.map(({ origin }) => origin),
  };
}

function isWithin({ origin, share }: ShareDecision, shift: number, contract: Contract): boolean {
  const { maxShift, overloadMaxShift, displaced, relieved, above, roomy } = contract;
  if (contract.mayBePlacedAnew || contract.isManual) return share >= 0;
  const leave = above.includes(origin) ? overloadMaxShift : maxShift;
  const arrive = maxShift + displaced + (roomy.includes(origin) ? relieved : 0);
  return shift >= -leave - TOLERANCE && shift <= arrive + TOLERANCE;
}

type Claim = (shift: number, origin: string, contract: Contract) => boolean;

const never: Claim = () => false;
const isStill: Claim = (shift) => Math.abs(shift) < 1e-6;

/** What each reason claims of a share that may serve. */
const CLAIMS: Readonly<Record<ShareReason, Claim>> = {
  initial: (_shift, _origin, { mayBePlacedAnew, isManual }) => mayBePlacedAnew && !isManual,
  manual: (_shift, _origin, { isManual }) => isManual,
  ineligible: (shift) => shift > 0,
  overload: (shift, origin, { maxShift, above, roomy, isManual }) =>
    Math.abs(shift) > maxShift && (shift < 0 ? above : roomy).includes(origin) && !isManual,
  damped: (shift, _origin, { maxShift }) => shift !== 0 && Math.abs(shift) <= maxShift + TOLERANCE,
  held: isStill,
  stale: isStill,
  frozen: isStill,
  kept: never,
  'fail-open': never,
  unserved: never,
};

function isReasonTrue({ origin, reason }: ShareDecision, shift: number, contract: Contract): boolean {
  return CLAIMS[reason](shift, origin, contract);
}

describe('any sequence of cycles', () => {
  it('keeps the contract, and never fails to plan', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(script, (script) => {
        const placedAnew = new Set<string>();
        for (const step of play(script)) {
          expect(step.decision.outcome).toEqual({ kind: 'planned' });
          const { pairs } = step.decision.state.plan!;
          expect(pairs).toHaveLength(step.configuration.loadBalancers.length * step.configuration.edges.length);
          for (const pair of pairs) {
            expect(breachesOf(pair, step)).toEqual([]);
            const known = pairIn(step.before, pair);
            if (known?.isProvisional !== true || pair.isProvisional) continue;
            const key = `${pair.loadBalancer}/${pair.edge}`;
            expect(placedAnew).not.toContain(key);
            placedAnew.add(key);
          }
        }
      }),
      { numRuns: 400, seed: 20_260_101 },
    );
  });

  it('gives the kernel integers: something for whatever is served, nothing for what operators took out', () => {
    fc.assert(
      fc.property(script, (script) => {
        for (const { configuration, decision } of play(script)) {
          const states = new Map(configuration.origins.map(({ name, state }) => [name, state]));
          for (const { endpoints, ...pair } of decision.weights) {
            const plan = decision.state.plan!.pairs.find(
              ({ loadBalancer, edge }) => loadBalancer === pair.loadBalancer && edge === pair.edge,
            )!;
            const isServed = plan.shares.some(({ share }) => share > 0);
            expect(endpoints.some(({ weight }) => weight > 0)).toBe(isServed);
            for (const { weight, origin } of endpoints) {
              expect(Number.isInteger(weight) && weight >= 0).toBe(true);
              if (states.get(origin) !== 'active') expect(weight).toBe(0);
            }
          }
        }
      }),
      { numRuns: 100, seed: 20_260_102 },
    );
  });

  it('is replayed byte for byte', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(script, (script) => {
        const replayed = play(script).map(({ decision }) => JSON.stringify(decision));
        let previous: CycleState = INITIAL_CYCLE_STATE;
        play(script).forEach(({ configuration, observation, isUrgent }, index) => {
          const input = JSON.parse(
            JSON.stringify({ configuration, observation, previous, settings, isUrgent }),
          ) as never;
          const decision = decide(input, solver);
          expect(JSON.stringify(decision)).toBe(replayed[index]);
          previous = decision.state;
        });
      }),
      { numRuns: 60, seed: 20_260_103 },
    );
  });
});
