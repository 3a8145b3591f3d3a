import type { PairEstimate } from '../estimate/estimate.js';
import type { Configuration } from '../model/configuration.js';
import type { EdgeName } from '../model/name.js';
import { pairKey } from '../observe/observation.js';
import type { DemandChange, EdgeChange, WhatIfChanges } from './what-if-changes.js';

/** The demand of one pair, in connections per second. */
type PairDemand = Pick<PairEstimate, 'loadBalancer' | 'edge' | 'demand'>;

/**
 * What the pairs would receive: first the changes of demand in their order, then that of lost edges moves to others. Those
 * whose demand is another than before, and none of a lost edge. `pairs` are as the newest cycle reckoned with them.
 */
export function hypotheticalDemands(
  pairs: readonly PairDemand[],
  configuration: Pick<Configuration, 'edges'>,
  changes: WhatIfChanges,
): readonly PairDemand[] {
  const demands = new Demands(pairs);
  for (const change of changes.demand ?? []) demands.change(change);
  const lost = (changes.edges ?? []).filter(({ isLost }) => isLost === true);
  const gone = new Set(lost.map(({ edge }) => edge));
  const left = configuration.edges.filter(({ name, state }) => state === 'active' && !gone.has(name));
  for (const change of lost) {
    demands.move(
      change,
      left.map(({ name }) => name),
    );
  }
  return demands.changed().filter(({ edge }) => !gone.has(edge));
}

class Demands {
  readonly #rates: Map<string, number>;

  constructor(private readonly pairs: readonly PairDemand[]) {
    this.#rates = new Map(pairs.map((pair) => [keyOf(pair), pair.demand]));
  }

  changed(): readonly PairDemand[] {
    return this.pairs
      .map((pair) => ({
        loadBalancer: pair.loadBalancer,
        edge: pair.edge,
        demand: this.#rateOf(pair),
        was: pair.demand,
      }))
      .filter(({ demand, was }) => demand !== was)
      .map(({ loadBalancer, edge, demand }) => ({ loadBalancer, edge, demand }));
  }

  change({ loadBalancer, edge, change }: DemandChange): void {
    const concerned = this.pairs.filter(
      (pair) => (loadBalancer ?? pair.loadBalancer) === pair.loadBalancer && (edge ?? pair.edge) === pair.edge,
    );
    switch (change.type) {
      case 'factor':
        for (const pair of concerned) this.#rates.set(keyOf(pair), this.#rateOf(pair) * change.factor);
        return;
      case 'rate': {
        const parts = this.#partsOf(concerned);
        concerned.forEach((pair, index) => this.#rates.set(keyOf(pair), (parts[index] ?? 0) * change.ratePerSecond));
      }
    }
  }

  /** Moves the demand of a lost edge, load balancer by load balancer. */
  move({ edge, demandGoesTo }: EdgeChange, others: readonly EdgeName[]): void {
    const targets = new Set(demandGoesTo ?? others);
    for (const pair of this.pairs.filter((of) => of.edge === edge)) {
      const receiving = this.pairs.filter((of) => of.loadBalancer === pair.loadBalancer && targets.has(of.edge));
      const parts = this.#partsOf(receiving);
      const moved = this.#rateOf(pair);
      receiving.forEach((to, index) => {
        this.#rates.set(keyOf(to), this.#rateOf(to) + (parts[index] ?? 0) * moved);
      });
      this.#rates.set(keyOf(pair), 0);
    }
  }

  /** Parts of the whole in proportion to the demands; even ones where there is none. */
  #partsOf(pairs: readonly PairDemand[]): readonly number[] {
    const rates = pairs.map((pair) => this.#rateOf(pair));
    const whole = rates.reduce((sum, rate) => sum + rate, 0);
    return rates.map((rate) => (whole > 0 ? rate / whole : 1 / rates.length));
  }

  #rateOf(pair: PairDemand): number {
    return this.#rates.get(keyOf(pair)) ?? 0;
  }
}

function keyOf({ loadBalancer, edge }: PairDemand): string {
  return pairKey(loadBalancer, edge);
}
