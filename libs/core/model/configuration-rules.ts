import type { Configuration } from './configuration.js';
import { listenerViolations } from './listener-rules.js';
import type { LoadBalancer } from './load-balancer.js';
import type { OriginName } from './name.js';
import { findNamed } from './named-list.js';
import type { Origin } from './origin.js';
import { portViolations } from './port-rules.js';
import type { RuleViolation } from './rule-violation.js';

type Others = Pick<Configuration, 'loadBalancers' | 'origins'>;

/** Rules a load balancer must keep towards the rest of the configuration; all breaches at once, none when it fits. */
export function loadBalancerViolations(candidate: LoadBalancer, others: Others): readonly RuleViolation[] {
  return [
    ...unknownOrigins(candidate, others),
    ...manualShareViolations(candidate),
    ...portViolations(candidate),
    ...listenerViolations(candidate, others),
  ];
}

/** Rules an origin must keep on its own. */
export function originViolations({ capacity, utilization }: Origin): readonly RuleViolation[] {
  if (capacity.rate === undefined || utilization === undefined) return [];
  const detail = 'the rate is either declared or learnt; leave out capacity.rate, or this';
  return [{ code: 'capacity-declared', pointer: '/utilization', detail }];
}

/** An origin may go only when no load balancer names it any more. */
export function originRemovalViolations(
  origin: OriginName,
  others: Pick<Configuration, 'loadBalancers'>,
): readonly RuleViolation[] {
  const users = others.loadBalancers.filter((balancer) => balancer.origins.some((used) => used.origin === origin));
  return users.map((user) => ({
    code: 'origin-in-use',
    pointer: '',
    detail: `origin "${origin}" is used by load balancer "${user.name}"; take it out there first`,
  }));
}

function unknownOrigins(candidate: LoadBalancer, others: Others): readonly RuleViolation[] {
  return candidate.origins.flatMap((reference, index) =>
    findNamed(others.origins, reference.origin) !== undefined
      ? []
      : [
          {
            code: 'unknown-origin' as const,
            pointer: `/origins/${index}/origin`,
            detail: `there is no origin "${reference.origin}"; create it first`,
          },
        ],
  );
}

/** Thirds are told with two digits. */
const PERCENT_TOLERANCE = 0.01;
const ROUNDING = 1e-9;

/** Shares set by hand are checked in automatic mode too: operators may switch over at any moment. */
function manualShareViolations({ origins, policy }: LoadBalancer): readonly RuleViolation[] {
  const { mode, manualShares } = policy;
  if (manualShares === undefined) {
    const detail = 'manual mode needs the shares of the origins';
    return mode === 'manual' ? [{ code: 'manual-shares', pointer: '/policy/manualShares', detail }] : [];
  }
  const used = new Set<string>(origins.map(({ origin }) => origin));
  const foreign = Object.keys(manualShares).filter((name) => !used.has(name));
  const sum = Object.values(manualShares).reduce((total, percent) => total + percent, 0);
  const isWhole = Math.abs(sum - 100) <= PERCENT_TOLERANCE + ROUNDING;
  return [
    ...foreign.map((name) => ({
      code: 'origin-not-used' as const,
      pointer: `/policy/manualShares/${name}`,
      detail: `this load balancer does not use "${name}"; add it to its origins first`,
    })),
    ...(isWhole ? [] : [{ code: 'manual-shares' as const, pointer: '/policy/manualShares', detail: wrongSum(sum) }]),
  ];
}

function wrongSum(sum: number): string {
  return `manual shares sum to ${Number(sum.toFixed(4))} %, not 100 %`;
}
