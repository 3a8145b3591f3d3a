import type { Ledger } from './ledger.js';

/** Connections of one load balancer since the agent started, over all its listeners and endpoints. */
export interface ConnectionTotals {
  received: number;
  /** By origin. */
  readonly sent: Map<string, number>;
}

/** While nothing comes the ledger stays the same, over many reports. */
const knownTotals = new WeakMap<Ledger, ReadonlyMap<string, ConnectionTotals>>();

/** By load balancer. */
export function connectionTotals(ledger: Ledger): ReadonlyMap<string, ConnectionTotals> {
  const known = knownTotals.get(ledger) ?? addUp(ledger);
  knownTotals.set(ledger, known);
  return known;
}

function addUp({ listeners, endpoints }: Ledger): ReadonlyMap<string, ConnectionTotals> {
  const all = new Map<string, ConnectionTotals>();
  const totalsOf = (name: string) => {
    const totals = all.get(name) ?? { received: 0, sent: new Map<string, number>() };
    all.set(name, totals);
    return totals;
  };
  for (const { loadBalancer, counters } of listeners.values()) totalsOf(loadBalancer).received += counters.connections;
  for (const { loadBalancer, origin, counters } of endpoints.values()) {
    const { sent } = totalsOf(loadBalancer);
    sent.set(origin, (sent.get(origin) ?? 0) + counters.connections);
  }
  return all;
}
