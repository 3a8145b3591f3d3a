import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin, aPolicy } from '#testkit/model-builders.js';
import { anObservation } from '#testkit/observation-builders.js';
import { type CycleInput, decide, INITIAL_CYCLE_STATE } from '../decide.js';
import type { Plan } from '../plan/plan.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { replayCycle } from './replay-cycle.js';

const solver = new LinearProgramSolver();
const EDGES = ['ams-1', 'lax-1', 'sin-1'];
const ORIGINS = ['asia', 'eu', 'us'];

interface Stored {
  readonly input: CycleInput;
  readonly plan: Plan | null;
}

/** What history keeps of a cycle: its own text, read back. */
function stored(input: CycleInput): Stored {
  const { plan } = decide(input, solver).state;
  return JSON.parse(JSON.stringify({ input, plan })) as Stored;
}

function cycleInput(parts: Partial<CycleInput> = {}): CycleInput {
  const origins = { eu: { rttMs: 5, isUp: true }, us: { rttMs: 80, isUp: true } };
  return {
    configuration: aConfiguration({
      loadBalancers: [aLoadBalancer('shop', ['eu', 'us'])],
      origins: [anOrigin('eu', { capacity: { rate: 200 } }), anOrigin('us')],
      edges: [anEdge('ams-1')],
    }),
    observation: anObservation(0, [{ edge: 'ams-1', demand: 400, origins }]),
    previous: INITIAL_CYCLE_STATE,
    settings,
    isUrgent: false,
    ...parts,
  };
}

const figure = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 400 }) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, -5, 1e15, Number.NaN, Infinity) },
);
const look = fc.record({
  demands: fc.array(figure, { minLength: 6, maxLength: 6 }),
  rtts: fc.array(figure, { minLength: 9, maxLength: 9 }),
  verdicts: fc.array(fc.constantFrom(true, true, true, false, undefined), { minLength: 9, maxLength: 9 }),
  ages: fc.array(fc.constantFrom(0, 0, 0, 30_000, 50_000), { minLength: 3, maxLength: 3 }),
  isUrgent: fc.boolean(),
});
type Look = typeof look extends fc.Arbitrary<infer T> ? T : never;

const capacities = fc.array(fc.constantFrom(undefined, 0, 50, 200, 1_000), { minLength: 3, maxLength: 3 });

function observationOf({ demands, rtts, verdicts, ages }: Look, takenAtMs: number) {
  const pairs = EDGES.flatMap((edge, at) =>
    ['api', 'shop'].map((loadBalancer, which) => {
      const demand = demands[at * 2 + which];
      const origins = ORIGINS.map((origin, to) => {
        const [rttMs, isUp] = [rtts[at * 3 + to], verdicts[at * 3 + to]];
        return [origin, { ...(rttMs !== undefined && { rttMs }), ...(isUp !== undefined && { isUp }), load: 10 }];
      });
      return {
        loadBalancer,
        edge,
        ageMs: ages[at]!,
        ...(demand !== undefined && { demand }),
        origins: Object.fromEntries(origins) as Record<string, object>,
      };
    }),
  );
  return anObservation(takenAtMs, pairs);
}

describe('replayCycle', () => {
  it('decides every stored cycle of a run again, byte for byte', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(look, { minLength: 2, maxLength: 6 }), capacities, (looks, rates) => {
        const configuration = aConfiguration({
          loadBalancers: [
            aLoadBalancer('api', ORIGINS),
            aLoadBalancer('shop', ['eu', 'us'], { policy: aPolicy({ maxLatencyMs: 150 }) }),
          ],
          origins: ORIGINS.map((name, index) => anOrigin(name, { capacity: { rate: rates[index] } })),
          edges: EDGES.map((edge) => anEdge(edge)),
        });
        let previous = INITIAL_CYCLE_STATE;
        looks.forEach((seen, cycle) => {
          const observation = observationOf(seen, cycle * settings.cycleMs);
          const kept = stored({ configuration, observation, previous, settings, isUrgent: seen.isUrgent });
          const { isIdentical, differences } = replayCycle(kept, solver);
          expect(differences).toEqual([]);
          expect(isIdentical).toBe(true);
          previous = decide(kept.input, solver).state;
        });
      }),
      { numRuns: 100 },
    );
  });

  it('says where the plans differ', () => {
    const kept = stored(cycleInput());
    const plan = JSON.parse(JSON.stringify(kept.plan).replace('"demand":400', '"demand":410')) as Plan;
    const { isIdentical, differences } = replayCycle({ ...kept, plan }, solver);
    expect(isIdentical).toBe(false);
    expect(differences).toEqual(['/pairs/0/demand: 410 became 400']);
  });

  it('tells of a cycle that came to no plan', () => {
    const { input } = stored(cycleInput());
    const { isIdentical, differences } = replayCycle({ input, plan: null }, solver);
    expect(isIdentical).toBe(false);
    expect(differences).toEqual([expect.stringMatching(/^\/: null became \{"decidedAtMs":0,.*…$/)]);
  });

  it('counts what is too much to tell', () => {
    const edges = Array.from({ length: 30 }, (_, index) => anEdge(`edge-${String(index).padStart(2, '0')}`));
    const { input, plan } = stored(cycleInput());
    const many = { ...input, configuration: { ...input.configuration, edges } };
    const { differences } = replayCycle({ input: many, plan: plan && { ...plan, pairs: [] } }, solver);
    expect(differences).toHaveLength(21);
    expect(differences.at(-1)).toMatch(/^and \d+ more$/);
  });
});
