import type { LoadBalancerName } from '../model/name.js';
import type { Notice, Plan } from '../plan/plan.js';
import { pairConstraint } from './binding-constraints.js';
import { listed, listedUpTo } from './figures.js';
import type { Situation } from './situation.js';

/** A notice of the plan, in words. */
export interface ExplainedNotice {
  readonly code: Notice['code'];
  readonly sentence: string;
}

/** More edges or origins than this are counted, not named. */
const MOST_NAMES = 5;

/** The notices of a plan that concern one load balancer. */
export function explainNotices(plan: Plan, situation: Situation): readonly ExplainedNotice[] {
  return plan.notices.flatMap((notice) => {
    const sentence = describeNotice(notice, plan, situation);
    return sentence === null ? [] : [{ code: notice.code, sentence }];
  });
}

function describeNotice(notice: Notice, plan: Plan, situation: Situation): string | null {
  switch (notice.code) {
    case 'overload':
      return describeOverload(notice.origins.filter((origin) => situation.references.has(origin)));
    case 'mass-silence':
      return `most edges fell silent at once (${listedUpTo(MOST_NAMES, notice.silentEdges)}); no share is moved`;
    case 'fail-open':
      return notice.loadBalancer === situation.loadBalancer
        ? `no origin is healthy as seen from ${listedUpTo(MOST_NAMES, notice.edges)}; the last shares stay there`
        : null;
    case 'kept':
      return describeKept(plan, situation.loadBalancer, notice.details);
    case 'not-optimal':
      return 'the shares are the best found; cheaper ones may exist';
    case 'unusable-figures':
      return `${notice.count} ${notice.count === 1 ? 'figure' : 'figures'} made no sense and ${notice.count === 1 ? 'was' : 'were'} left out`;
    case 'capacity-unknown':
      return describeUnknown(notice.origins.filter((origin) => situation.references.has(origin)));
  }
}

function describeOverload(origins: readonly string[]): string | null {
  if (origins.length === 0) return null;
  const are = origins.length === 1 ? 'is' : 'are';
  return `${listedUpTo(MOST_NAMES, origins)} ${are} expected above capacity even with the new shares`;
}

function describeUnknown(origins: readonly string[]): string | null {
  if (origins.length === 0) return null;
  return `the capacity of ${listedUpTo(MOST_NAMES, origins)} is not learnt yet; taken as unlimited until then`;
}

function describeKept({ pairs }: Plan, loadBalancer: LoadBalancerName, details: readonly string[]): string | null {
  const kept = pairs.filter((pair) => pair.loadBalancer === loadBalancer && pairConstraint(pair) === 'kept');
  if (kept.length === 0) return null;
  const why = details.length === 0 ? '' : ` (${listed(details.slice(0, 1))})`;
  return `no sound decision could be had for ${listedUpTo(
    MOST_NAMES,
    kept.map(({ edge }) => edge),
  )}; their shares stay${why}`;
}
