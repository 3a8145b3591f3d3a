import type { EdgeName, LoadBalancerName } from '../model/name.js';
import { pairKey } from './observation.js';

interface OfPair {
  readonly loadBalancer: LoadBalancerName;
  readonly edge: EdgeName;
}

/**
 * Finds the items of a list by their pair of load balancer and edge. Lists of pairs are in the same order wherever they are kept,
 * so whoever asks in that order finds each item beside the last one, and no key is made of fifty thousand names. In any
 * other order it is as right, and slower.
 */
export class ByPair<T extends OfPair> {
  #next = 0;
  #indices: ReadonlyMap<string, number> | null = null;

  constructor(private readonly items: readonly T[]) {}

  get(loadBalancer: LoadBalancerName, edge: EdgeName): T | undefined {
    const beside = this.items[this.#next];
    if (beside?.loadBalancer === loadBalancer && beside.edge === edge) {
      this.#next += 1;
      return beside;
    }
    const index = this.#indexOf(loadBalancer, edge);
    if (index === undefined) return undefined;
    this.#next = index + 1;
    return this.items[index];
  }

  #indexOf(loadBalancer: LoadBalancerName, edge: EdgeName): number | undefined {
    this.#indices ??= new Map(this.items.map((item, index) => [pairKey(item.loadBalancer, item.edge), index]));
    return this.#indices.get(pairKey(loadBalancer, edge));
  }
}
