import type { Configuration } from '../model/configuration.js';
import { ByOrigin } from '../model/by-origin.js';
import { byName } from '../model/name.js';
import { type OriginOutlook, type PairPlan, pairsByKey, type Plan, unpackedPair } from '../plan/plan.js';
import { cyclesBetween } from './cycles-between.js';
import { describeComparison } from './describe-comparison.js';
import { isVisible } from './figures.js';
import type { OriginComparison, PairComparison, PlanComparison } from './plan-comparison.js';
import { latencyOf, type LatencySum, meanRttMs, meanRttOfShares, sumOf } from './latency.js';

/**
 * Compares what two plans come to. `configuration` says at what pace shares may move; for a hypothetical plan that was
 * decided without damping it must be the one that would be in force.
 */
export function comparePlans(
  before: Plan | null,
  after: Plan,
  configuration: Pick<Configuration, 'loadBalancers'>,
): PlanComparison {
  const pairs = comparePairs(before, after, configuration);
  const origins = compareOrigins(before?.origins ?? [], after.origins);
  const figures = {
    pairs,
    origins,
    meanRttMs: { before: meanRttOf(before), after: meanRttOf(after) },
    overload: {
      before: origins.reduce((sum, { overload }) => sum + overload.before, 0),
      after: origins.reduce((sum, { overload }) => sum + overload.after, 0),
    },
    cyclesAtDampedPace: slowestOf(pairs),
  };
  return { headline: describeComparison(figures), ...figures };
}

function comparePairs(
  before: Plan | null,
  after: Plan,
  { loadBalancers }: Pick<Configuration, 'loadBalancers'>,
): readonly PairComparison[] {
  const [earlier, later] = [pairsByKey(before), pairsByKey(after)];
  const policies = new Map(loadBalancers.map(({ name, policy }) => [name, policy]));
  const compared = [...new Set([...earlier.keys(), ...later.keys()])].flatMap((key) => {
    const [from, to] = [earlier.get(key), later.get(key)].map((one) => one && unpackedPair(one));
    const pair = to ?? from;
    return pair === undefined
      ? []
      : [comparePair(pair, from, to, cyclesBetween(from, to, policies.get(pair.loadBalancer)))];
  });
  return compared.sort(
    (one, other) =>
      Number(other.isChanged) - Number(one.isChanged) ||
      byName(one.loadBalancer, other.loadBalancer) ||
      byName(one.edge, other.edge),
  );
}

function comparePair(
  { loadBalancer, edge }: PairPlan,
  before: PairPlan | undefined,
  after: PairPlan | undefined,
  cyclesAtDampedPace: number | null,
): PairComparison {
  const shares = compareShares(before, after);
  const isOneSided = before === undefined || after === undefined;
  return {
    loadBalancer,
    edge,
    isChanged: isOneSided || shares.some((share) => isVisible((share.after ?? 0) - (share.before ?? 0))),
    demand: { before: before?.demand ?? null, after: after?.demand ?? null },
    meanRttMs: {
      before: before === undefined ? null : meanRttOfShares(before),
      after: after === undefined ? null : meanRttOfShares(after),
    },
    shares,
    cyclesAtDampedPace,
  };
}

function compareShares(before: PairPlan | undefined, after: PairPlan | undefined): PairComparison['shares'] {
  const [earlier, later] = [new ByOrigin(before?.shares ?? []), new ByOrigin(after?.shares ?? [])];
  const left = (before?.shares ?? []).filter(({ origin }) => later.get(origin) === undefined);
  return [...(after?.shares ?? []), ...left]
    .map(({ origin }) => origin)
    .sort(byName)
    .map((origin) => ({
      origin,
      before: earlier.get(origin)?.share ?? null,
      after: later.get(origin)?.share ?? null,
    }));
}

function compareOrigins(
  before: readonly OriginOutlook[],
  after: readonly OriginOutlook[],
): readonly OriginComparison[] {
  const earlier = new Map(before.map((outlook) => [outlook.origin, outlook]));
  const later = new Map(after.map((outlook) => [outlook.origin, outlook]));
  return [...new Set([...earlier.keys(), ...later.keys()])].sort(byName).map((origin) => {
    const [from, to] = [earlier.get(origin), later.get(origin)];
    return {
      origin,
      expectedLoad: { before: from?.expectedLoad ?? null, after: to?.expectedLoad ?? null },
      capacity: { before: from?.capacity ?? null, after: to?.capacity ?? null },
      overload: { before: overloadOf(from), after: overloadOf(to) },
    };
  });
}

function overloadOf(outlook: OriginOutlook | undefined): number {
  if (outlook === undefined || outlook.capacity === null) return 0;
  const above = outlook.expectedLoad - outlook.capacity;
  return above > 0 ? above : 0;
}

function meanRttOf(plan: Plan | null): number | null {
  const sums: readonly LatencySum[] = (plan?.pairs ?? []).map(latencyOf);
  return meanRttMs(sumOf(sums));
}

function slowestOf(pairs: readonly PairComparison[]): number | null {
  let slowest = 0;
  for (const { cyclesAtDampedPace: cycles } of pairs) {
    if (cycles === null) return null;
    slowest = Math.max(slowest, cycles);
  }
  return slowest;
}
