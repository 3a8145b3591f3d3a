import type { JSX } from 'preact';
import type { Schemas } from '#client/weir-client.js';
import { ShareBar } from '../controls/meter.js';
import { inMs, inRate } from '../format/figures.js';
import { linkTo } from '../routing/route.js';

type Balancer = Schemas['LoadBalancerOverview'];

interface BalancersTableProps {
  readonly balancers: readonly Balancer[];
  readonly isBrief?: boolean;
}

/** Load balancers with their demand, latency and shares. */
export function BalancersTable({ balancers, isBrief = false }: BalancersTableProps): JSX.Element {
  if (balancers.length === 0) {
    return (
      <p class="empty">
        No load balancer yet. <a href={linkTo({ page: 'edit-load-balancer', name: null })}>Create one</a>
      </p>
    );
  }
  return (
    <div class="scrolls">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="number">
              Demand
            </th>
            <th scope="col" class="number">
              Latency
            </th>
            <th scope="col">Shares</th>
            {!isBrief && <th scope="col">State</th>}
          </tr>
        </thead>
        <tbody>
          {balancers.map((balancer) => (
            <BalancerRow key={balancer.loadBalancer} balancer={balancer} isBrief={isBrief} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function BalancerRow({ balancer, isBrief }: { readonly balancer: Balancer; readonly isBrief: boolean }): JSX.Element {
  const { loadBalancer, demand, meanRttMs, shares } = balancer;
  const origins = shares.map(({ origin }) => origin).sort();
  return (
    <tr>
      <td>
        <a href={linkTo({ page: 'load-balancer', name: loadBalancer })}>{loadBalancer}</a>
      </td>
      <td class="number">{inRate(demand)}/s</td>
      <td class="number">{inMs(meanRttMs)}</td>
      <td>
        <ShareBar shares={shares} origins={origins} />
      </td>
      {!isBrief && (
        <td>
          <StateTags balancer={balancer} />
        </td>
      )}
    </tr>
  );
}

function StateTags({ balancer: { mode, isFrozen, stalePairs } }: { readonly balancer: Balancer }): JSX.Element {
  if (stalePairs > 0) return <span class="tag warn">stale at {stalePairs} edges</span>;
  if (mode === 'manual') return <span class="tag">manual</span>;
  return isFrozen ? <span class="tag warn">frozen</span> : <span class="tag good">automatic</span>;
}
