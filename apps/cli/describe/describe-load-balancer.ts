import type { Schemas } from '#client/weir-client.js';
import { listenerText } from '../commands/columns.js';
import { labelsText, renderFields } from '../output/fields.js';
import { formatMs, formatPercent, formatRate } from '../output/figures.js';
import { type Column, renderFirst, renderTable } from '../output/render.js';
import type { SeenEndpoint } from '../standing/read-health.js';
import { eventsSection, healthSection, MOST_ROWS, section } from './sections.js';

type LoadBalancer = Schemas['LoadBalancer'];
type Explanation = Schemas['Explanation'];
type EdgeExplanation = Explanation['edges'][number];

export interface LoadBalancerDescription {
  readonly kind: 'LoadBalancer';
  readonly loadBalancer: LoadBalancer;
  readonly explanation: Explanation;
  readonly health: readonly SeenEndpoint[];
  readonly events: readonly Schemas['Event'][];
}

export function describeLoadBalancer({ loadBalancer, explanation, health, events }: LoadBalancerDescription): string {
  const { headline, notices, edges } = explanation;
  return [
    `Load balancer ${loadBalancer.name}\n${declared(loadBalancer)}`,
    [headline, ...notices.map(({ sentence }) => `! ${sentence}`), ''].join('\n'),
    section('Origins, with the load of all load balancers that use them', renderOrigins(loadBalancer, explanation)),
    section('Shares', renderFirst(edges, SHARE_COLUMNS, MOST_ROWS)),
    healthSection(health, 'load balancer'),
    eventsSection(events),
  ].join('\n');
}

function declared({
  addresses,
  listeners,
  distribution,
  forwarding,
  policy,
  healthCheck,
  labels,
}: LoadBalancer): string {
  const { method } = forwarding;
  return renderFields([
    ['addresses', addresses.join(', ')],
    ['listeners', listeners.map(listenerText).join(', ')],
    ['forwarding', `${method}${'sourceNat' in forwarding && forwarding.sourceNat ? ' with source NAT' : ''}`],
    ['distribution', distribution],
    ['health check', healthCheckText(healthCheck)],
    ['policy', policyText(policy)],
    ['labels', labelsText(labels)],
  ]);
}

function healthCheckText(check: LoadBalancer['healthCheck']): string {
  const { protocol, intervalMs, timeoutMs, unhealthyThreshold } = check;
  const what = 'path' in check ? `${protocol} ${check.path}` : protocol;
  return `${what} every ${intervalMs / 1_000} s, answered within ${timeoutMs / 1_000} s; down after ${unhealthyThreshold} failures`;
}

function policyText({
  mode,
  frozen,
  maxShiftPercent,
  overloadMaxShiftPercent,
  maxLatencyMs,
}: LoadBalancer['policy']): string {
  if (mode === 'manual') return 'manual: the shares are set by hand';
  const limit = maxLatencyMs === undefined ? '' : `; no further than ${maxLatencyMs} ms`;
  const pace = `at most ${maxShiftPercent} points of share in a cycle, ${overloadMaxShiftPercent} off an overloaded origin`;
  return `automatic${frozen ? ', FROZEN' : ''}: ${pace}${limit}`;
}

interface OriginRow {
  readonly reference: Schemas['OriginReference'];
  readonly outlook: Explanation['origins'][number] | undefined;
}

const ORIGIN_COLUMNS: readonly Column<OriginRow>[] = [
  { header: 'origin', cell: ({ reference }) => reference.origin },
  { header: 'tier', cell: ({ reference }) => String(reference.tier), align: 'right' },
  { header: 'dial', cell: ({ reference }) => `${reference.dialPercent} %`, align: 'right' },
  { header: 'load', cell: ({ outlook }) => formatRate(outlook?.measuredLoad ?? null), align: 'right' },
  { header: 'capacity', cell: ({ outlook }) => formatRate(outlook?.capacity ?? null), align: 'right' },
  { header: 'used', cell: ({ outlook }) => formatPercent(outlook?.utilization ?? null), align: 'right' },
  { header: 'in words', cell: ({ outlook }) => outlook?.sentence ?? '' },
];

function renderOrigins({ origins }: LoadBalancer, explanation: Explanation): string {
  const rows = origins.map((reference) => ({
    reference,
    outlook: explanation.origins.find(({ origin }) => origin === reference.origin),
  }));
  return renderTable(rows, ORIGIN_COLUMNS);
}

const SHARE_COLUMNS: readonly Column<EdgeExplanation>[] = [
  { header: 'edge', cell: ({ edge }) => edge },
  { header: 'demand', cell: ({ demand }) => formatRate(demand), align: 'right' },
  { header: 'latency', cell: ({ meanRttMs }) => formatMs(meanRttMs), align: 'right' },
  { header: 'shares', cell: ({ shares }) => sharesText(shares) },
  { header: 'because', cell: ({ shares }) => [...new Set(shares.map(({ reason }) => reason))].join(', ') },
];

/** `eu 96 % (+2), us 4 % (-2)`: with what the last cycle moved, in points. */
export function sharesText(
  shares: readonly { readonly origin: string; readonly share: number; readonly previousShare: number | null }[],
): string {
  return shares
    .map(({ origin, share, previousShare }) => `${origin} ${formatPercent(share)}${movedText(share, previousShare)}`)
    .join(', ');
}

const SMALLEST_MOVE_POINTS = 0.05;

function movedText(share: number, previousShare: number | null): string {
  const points = 100 * (share - (previousShare ?? share));
  if (Math.abs(points) < SMALLEST_MOVE_POINTS) return '';
  return ` (${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(1)})`;
}
