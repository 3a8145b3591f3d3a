import { listedUpTo } from '#core/explain/figures.js';
import { describeFullness, isOverloaded } from '#core/explain/fullness.js';
import type { Configuration } from '#core/model/configuration.js';
import type { Notice, Plan } from '#core/plan/plan.js';
import type { Shown } from '../http/shown.js';
import type { ShownScheduler } from '../scheduler/scheduler-status.js';
import { type overviewSchema, SEVERITIES } from './overview.schema.js';
import type { PlanSums } from './plan-sums.js';

type Overview = Shown<typeof overviewSchema>;
export type Concern = Overview['concerns'][number];

/** What there is to worry about. */
export interface Circumstances {
  readonly configuration: Configuration;
  readonly plan: Pick<Plan, 'origins' | 'notices'> | null;
  readonly sums: PlanSums;
  readonly scheduler: ShownScheduler;
  /** Since the last cycle began; `null` before the first. */
  readonly cycleAgeSeconds: number | null;
  readonly edges: Overview['edges'];
  readonly origins: Overview['origins'];
}

/** Three missed reports are a silent agent. */
const SILENT_AFTER_SECONDS = 15;

/** One cycle may take long, and one may fail; after so many something is wrong. */
const MISSED_CYCLES = 4;

/** An edge is told every cycle; that it has not applied the very newest is nothing yet. */
const LAGGING_GENERATIONS = 3;

const MOST_NAMED = 3;

/** Worst first, and within a severity in the order in which somebody on call would ask. */
export function concernsOf(circumstances: Circumstances): readonly Concern[] {
  const concerns = [
    ...overloads(circumstances),
    ...unhealthyOrigins(circumstances),
    ...unservedBalancers(circumstances),
    ...cycleConcerns(circumstances),
    ...edgeConcerns(circumstances),
    ...staleBalancers(circumstances),
    ...noticeConcerns(circumstances),
    ...outOfUse(circumstances),
  ];
  return concerns.sort((left, right) => rank(left) - rank(right));
}

function rank({ severity }: Concern): number {
  return SEVERITIES.indexOf(severity);
}

function overloads({ plan }: Circumstances): readonly Concern[] {
  return (plan?.origins ?? []).filter(isOverloaded).map((outlook) => ({
    kind: 'overloaded',
    severity: 'critical',
    resource: `origins/${outlook.origin}`,
    sentence: describeFullness(outlook),
  }));
}

function unhealthyOrigins({ origins }: Circumstances): readonly Concern[] {
  return origins
    .filter(({ state, endpointsDown }) => state === 'active' && endpointsDown > 0)
    .map(({ origin, endpoints, endpointsDown, edgesSeeingDown }) => ({
      kind: 'unhealthy',
      severity: endpointsDown >= endpoints ? 'critical' : 'warning',
      resource: `origins/${origin}`,
      sentence: `${origin} is unhealthy: ${endpointsDown} of ${counted(endpoints, 'endpoint')} down, as ${counted(edgesSeeingDown, 'edge')} ${edgesSeeingDown === 1 ? 'sees' : 'see'} it`,
    }));
}

function unservedBalancers({ sums }: Circumstances): readonly Concern[] {
  return [...sums.loadBalancers].flatMap(([name, { failOpenPairs, unservedPairs, pairs }]): readonly Concern[] => {
    const resource = `load-balancers/${name}`;
    const at = (count: number): string => `at ${count} of ${counted(pairs, 'edge')}`;
    if (unservedPairs > 0) {
      return [
        { kind: 'unserved', severity: 'critical', resource, sentence: `${name} is not served ${at(unservedPairs)}` },
      ];
    }
    if (failOpenPairs === 0) return [];
    const sentence = `no origin of ${name} is healthy ${at(failOpenPairs)}; the last shares stay`;
    return [{ kind: 'unserved', severity: 'critical', resource, sentence }];
  });
}

function cycleConcerns({ scheduler, cycleAgeSeconds }: Circumstances): readonly Concern[] {
  const resource = 'scheduler';
  const { mode, cycleSeconds, lastCycle } = scheduler;
  if (mode === 'frozen') {
    const sentence = 'the scheduler is frozen; the last plan stays in force';
    return [{ kind: 'frozen', severity: 'warning', resource, sentence }];
  }
  const concerns: Concern[] = [];
  if (cycleAgeSeconds !== null && cycleAgeSeconds > MISSED_CYCLES * cycleSeconds) {
    const sentence = `no cycle for ${Math.round(cycleAgeSeconds)} s; the last plan stays in force`;
    concerns.push({ kind: 'no-cycle', severity: 'critical', resource, sentence });
  }
  if (lastCycle !== null && lastCycle.outcome.kind === 'kept') {
    const sentence = `the last cycle failed (${lastCycle.outcome.cause}); the last plan stays in force`;
    concerns.push({ kind: 'kept', severity: 'warning', resource, sentence });
  }
  if (mode === 'shadow') {
    const sentence = 'the scheduler is in shadow; nothing that it decides is put in force';
    concerns.push({ kind: 'shadow', severity: 'warning', resource, sentence });
  }
  return concerns;
}

function edgeConcerns({ edges }: Circumstances): readonly Concern[] {
  const active = edges.filter(({ state }) => state === 'active');
  const arrived = active.filter(({ lastSeenSeconds }) => lastSeenSeconds !== null);
  const isSilent = ({ lastSeenSeconds }: Overview['edges'][number]): boolean =>
    (lastSeenSeconds ?? 0) > SILENT_AFTER_SECONDS;
  return [
    ...together(arrived.filter(isSilent), 'silent', 'warning', (who, { length }) => {
      return `${who} ${length === 1 ? 'has' : 'have'} not reported for more than ${SILENT_AFTER_SECONDS} s`;
    }),
    ...together(
      arrived.filter(({ errors }) => errors > 0),
      'failing',
      'warning',
      (who, { length }) => {
        return `${who} ${length === 1 ? 'reports' : 'report'} errors`;
      },
    ),
    ...together(
      arrived.filter((edge) => !isSilent(edge) && isLagging(edge)),
      'behind',
      'warning',
      (who, { length }) => {
        return `${who} ${length === 1 ? 'does' : 'do'} not apply what is published`;
      },
    ),
    ...together(
      active.filter(({ lastSeenSeconds }) => lastSeenSeconds === null),
      'silent',
      'note',
      (who, { length }) => {
        return `${who} ${length === 1 ? 'has' : 'have'} not reported yet`;
      },
    ),
  ];
}

function isLagging({ published, applied, isCurrent }: Overview['edges'][number]): boolean {
  if (isCurrent || published === null) return false;
  if (applied === null || applied.term !== published.term) return false;
  return published.generation - applied.generation >= LAGGING_GENERATIONS;
}

function together(
  edges: Overview['edges'],
  kind: Concern['kind'],
  severity: Concern['severity'],
  say: (who: string, edges: Overview['edges']) => string,
): readonly Concern[] {
  const [first] = edges;
  if (first === undefined) return [];
  const names = edges.map(({ edge }) => edge);
  const resource = edges.length === 1 ? `edges/${first.edge}` : 'edges';
  return [{ kind, severity, resource, sentence: say(listedUpTo(MOST_NAMED, names), edges) }];
}

function staleBalancers({ sums }: Circumstances): readonly Concern[] {
  const { stalePairs, pairs } = sums.whole;
  if (stalePairs === 0) return [];
  const names = [...sums.loadBalancers].filter(([, sum]) => sum.stalePairs > 0).map(([name]) => name);
  const [first] = names;
  const sentence = `figures are stale for ${stalePairs} of ${counted(pairs, 'pair')} of load balancer and edge (${listedUpTo(MOST_NAMED, names)}); their shares stay`;
  const resource = names.length === 1 && first !== undefined ? `load-balancers/${first}` : 'load-balancers';
  return [{ kind: 'stale', severity: 'warning', resource, sentence }];
}

function noticeConcerns({ plan }: Circumstances): readonly Concern[] {
  return (plan?.notices ?? []).flatMap(noticed);
}

/** What the others tell of is told above, of what it is about. */
function noticed(notice: Notice): readonly Concern[] {
  const resource = 'scheduler';
  switch (notice.code) {
    case 'overload':
    case 'fail-open':
      return [];
    case 'mass-silence': {
      const sentence = 'most edges fell silent at once; no share is moved';
      return [{ kind: 'silent', severity: 'critical', resource, sentence }];
    }
    case 'kept': {
      const sentence = `for ${counted(notice.pairs, 'pair')} of load balancer and edge no sound decision could be had; the last shares stay`;
      return [{ kind: 'kept', severity: 'warning', resource, sentence }];
    }
    case 'not-optimal': {
      const sentence = 'the shares are the best found in time; cheaper ones may exist';
      return [{ kind: 'unknown', severity: 'note', resource, sentence }];
    }
    case 'unusable-figures': {
      const sentence = `${counted(notice.count, 'figure')} that made no sense ${notice.count === 1 ? 'was' : 'were'} left out`;
      return [{ kind: 'unknown', severity: 'note', resource, sentence }];
    }
    case 'capacity-unknown': {
      const sentence = `the capacity of ${listedUpTo(MOST_NAMED, notice.origins)} is not learnt yet`;
      return [{ kind: 'unknown', severity: 'note', resource: 'origins', sentence }];
    }
  }
}

function outOfUse({ configuration: { origins, edges, loadBalancers } }: Circumstances): readonly Concern[] {
  const idle = (kind: string) => (one: { readonly name: string; readonly state: string }) =>
    one.state === 'active' ? [] : [note(`${kind}/${one.name}`, `${one.name} is ${one.state}`)];
  return [
    ...origins.flatMap(idle('origins')),
    ...edges.flatMap(idle('edges')),
    ...loadBalancers
      .filter(({ policy }) => policy.frozen && policy.mode === 'automatic')
      .map(({ name }): Concern => ({
        ...note(`load-balancers/${name}`, `the shares of ${name} are frozen`),
        kind: 'frozen',
      })),
  ];
}

function note(resource: string, sentence: string): Concern {
  return { kind: 'out-of-use', severity: 'note', resource, sentence };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
