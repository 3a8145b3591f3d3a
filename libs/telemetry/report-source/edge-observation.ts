import type { LoadBalancerReport, OriginReport } from '#contracts/agent-report.js';
import type { EdgeName } from '#core/model/name.js';
import type {
  EdgeObservation,
  EndpointObservation,
  LoadBalancerObservation,
  OriginObservation,
} from '#core/observe/observation.js';
import { ratePerSecond, type CounterWindow } from './counter-rate.js';
import type { EdgeHistory } from './edge-history.js';
import type { LoadBalancerPlace, OriginPlace } from './report-layout.js';

/** What one edge's reports tell. All of it is as old as its newest report; `nowMs` is on the clock of their arrival. */
export function edgeObservation(edge: EdgeName, history: EdgeHistory, nowMs: number): EdgeObservation {
  const { report, layout, window, arrivedAtMs } = history;
  const ageMs = nowMs - arrivedAtMs;
  const loadBalancers: LoadBalancerObservation[] = [];
  for (const place of layout.loadBalancers) {
    const balancer = report.loadBalancers[place.at];
    if (balancer !== undefined) loadBalancers.push(loadBalancerObservation(place, balancer, window, ageMs));
  }
  return { edge, ageMs, ...(report.announced?.length === 0 && { hasWithdrawn: true as const }), loadBalancers };
}

function loadBalancerObservation(
  { loadBalancer, counter, origins: places }: LoadBalancerPlace,
  report: LoadBalancerReport,
  window: CounterWindow,
  ageMs: number,
): LoadBalancerObservation {
  const origins: OriginObservation[] = [];
  for (const place of places) {
    const origin = report.origins[place.at];
    if (origin !== undefined) origins.push(originObservation(place, origin, window, ageMs));
  }
  return { loadBalancer, ageMs, ratePerSecond: ratePerSecond(window, counter), origins };
}

function originObservation(
  { origin, counter }: OriginPlace,
  { rttMs, endpoints: reported }: OriginReport,
  window: CounterWindow,
  ageMs: number,
): OriginObservation {
  let activeConnections = 0;
  const endpoints: EndpointObservation[] = [];
  for (const endpoint of reported) {
    activeConnections += endpoint.activeConnections;
    if (endpoint.up !== null) endpoints.push({ address: endpoint.address, up: endpoint.up, ageMs });
  }
  const rate = ratePerSecond(window, counter);
  return { origin, ageMs, ratePerSecond: rate, activeConnections, rttMs: rttMs ?? undefined, endpoints };
}
