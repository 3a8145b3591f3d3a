import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin, aPolicy, aReference } from '#testkit/model-builders.js';
import { anObservation } from '#testkit/observation-builders.js';
import { type CycleState, decide, type Decision, INITIAL_CYCLE_STATE } from './decide.js';
import type { Configuration } from './model/configuration.js';
import type { LoadBalancer, OriginReference } from './model/load-balancer.js';
import type { Origin, ServingState } from './model/origin.js';
import type { Observation } from './observe/observation.js';
import type { PairPlan, Plan, ShareDecision } from './plan/plan.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from './settings.js';

/**
 * The written contract of damping and of what a plan must be, judged from configuration, observation and the plans alone:
 * nothing here shares code with the formulation or the guard.
 */
const MOST = { balancers: 3, edges: 4, origins: 4, cycles: 14 };
const TOLERANCE = 2e-4;
const solver = new LinearProgramSolver();

const seldom = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 8, arbitrary: usual }, { weight: 1, arbitrary: odd });
const listOf = <T>(length: number, of: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(of, { minLength: length, maxLength: length });

const rate = seldom<number | undefined>(
  fc.oneof(
    fc.integer({ min: 0, max: 500 }),
    fc.double({ min: -3, max: 6, noNaN: true }).map((power) => 10 ** power),
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

const origin = fc.record({ capacity, endpointWeights: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }) });
const reference = fc.record({
  isNamed: seldom(fc.constant(true), fc.constant(false)),
  dialPercent: seldom(fc.constant(100), fc.constantFrom(0, 30, 60)),
  tier: seldom(fc.constant(0), fc.constant(1)),
  maxRate: seldom<number | undefined>(fc.constant(undefined), fc.constantFrom(0, 20, 500)),
});
const balancer = fc.record({
  maxShiftPercent: fc.constantFrom(0.5, 2, 2, 2, 25, 100),
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
  rates: listOf(MOST.balancers * MOST.edges, rate),
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
    origins: script.origins.map(({ capacity, endpointWeights }, index) =>
      anOrigin(`origin-${index}`, {
        capacity: capacity === undefined ? {} : { rate: capacity },
        state: cycle.states[index]!,
        endpoints: [1, ...endpointWeights].map((weight, nth) => ({ address: ENDPOINT(nth), weight })),
      }),
    ),
    edges: Array.from({ length: script.edges }, (_, index) => anEdge(`edge-${index}`)),
    loadBalancers: script.balancers.map(({ maxLatencyMs, distribution, ...policy }, index) =>
      aLoadBalancer(`lb-${index}`, namedOrigins(script, references.slice(index * MOST.origins)), {
        distribution,
        policy: aPolicy({ ...policy, ...(maxLatencyMs !== undefined && { maxLatencyMs }) }),
      }),
    ),
  });
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
        const [rttMs, isUp] = [cycle.rtts[edge * MOST.origins + origin], cycle.verdicts[edge * MOST.origins + origin]];
        return [`origin-${origin}`, { ...(rttMs !== undefined && { rttMs }), ...(isUp !== undefined && { isUp }) }];
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
  readonly before: Plan | null;
  readonly decision: Decision;
}

function play(script: Script): readonly Step[] {
  let previous: CycleState = INITIAL_CYCLE_STATE;
  let references = script.cycles[0]!.references;
  return script.cycles.map((cycle, index) => {
    if (cycle.isConfigurationChanged) references = cycle.references;
    const configuration = configurationOf(script, cycle, references);
    const observation = observationOf(script, cycle, index * settings.cycleMs);
    const decision = decide({ configuration, observation, previous, settings }, solver);
    const before = previous.plan;
    previous = decision.state;
    return { configuration, observation, before, decision };
  });
}

type Right = 'serve' | 'fail-open' | 'none';

/** What an origin may do for a pair, read off what operators and probes said. */
function rightOf(reference: OriginReference, origin: Origin, pair: PairPlan, observation: Observation): Right {
  if (origin.state !== 'active' || reference.dialPercent === 0 || reference.maxRate === 0) return 'none';
  const serving = origin.endpoints.filter((endpoint) => endpoint.weight > 0);
  const isDown = (address: string) =>
    observation.health.some(
      (sample) =>
        sample.endpoint === address &&
        sample.origin === origin.name &&
        sample.edge === pair.edge &&
        sample.loadBalancer === pair.loadBalancer &&
        sample.ageMs <= settings.cycleMs * settings.staleAfterCycles &&
        !sample.up,
    );
  return serving.every((endpoint) => isDown(endpoint.address)) ? 'fail-open' : 'serve';
}

function rightsOf(
  pair: PairPlan,
  balancer: LoadBalancer,
  { configuration, observation }: Step,
): ReadonlyMap<string, Right> {
  return new Map(
    balancer.origins.map((reference) => {
      const origin = configuration.origins.find(({ name }) => name === reference.origin)!;
      return [reference.origin, rightOf(reference, origin, pair, observation)];
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
  { before }: Step,
): readonly string[] {
  const known = pairIn(before, pair);
  const held = sharesOf(known);
  const mayBePlacedAnew = known === undefined || (known.isProvisional && !pair.isProvisional);
  const displaced = 1 - sum([...held].map(([origin, share]) => (rights.get(origin) === 'serve' ? share : 0)));
  const maxShift = balancer.policy.maxShiftPercent / 100;
  return pair.shares.flatMap((decision) => {
    if (rights.get(decision.origin) !== 'serve') return [];
    const shift = decision.share - (held.get(decision.origin) ?? 0);
    const isWithin = shift >= -maxShift - TOLERANCE && shift <= maxShift + displaced + TOLERANCE;
    if (!isWithin && !mayBePlacedAnew) return [`${decision.origin} moved by ${shift}, displaced ${displaced}`];
    return isReasonTrue(decision, shift, maxShift, mayBePlacedAnew)
      ? []
      : [`${decision.origin} moved by ${shift} for the reason ${decision.reason}`];
  });
}

function isReasonTrue({ reason }: ShareDecision, shift: number, maxShift: number, mayBePlacedAnew: boolean): boolean {
  switch (reason) {
    case 'initial':
      return mayBePlacedAnew;
    case 'ineligible':
      return shift > 0;
    case 'damped':
      return shift !== 0 && Math.abs(shift) <= maxShift + TOLERANCE;
    case 'held':
    case 'stale':
      return Math.abs(shift) < 1e-6;
    case 'fail-open':
    case 'unserved':
      return false;
  }
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

  it('is replayed byte for byte', () => {
    fc.assert(
      fc.property(script, (script) => {
        const replayed = play(script).map(({ decision }) => JSON.stringify(decision));
        let previous: CycleState = INITIAL_CYCLE_STATE;
        play(script).forEach(({ configuration, observation }, index) => {
          const input = JSON.parse(JSON.stringify({ configuration, observation, previous, settings })) as never;
          const decision = decide(input, solver);
          expect(JSON.stringify(decision)).toBe(replayed[index]);
          previous = decision.state;
        });
      }),
      { numRuns: 60, seed: 20_260_103 },
    );
  });
});
