import type { OriginName } from './name.js';

/**
 * Finds the items of a list by their origin. Lists of origins are in the same order wherever they are kept, so whoever asks
 * in that order finds each item beside the last one: a map of twenty takes longer to make than twenty items take to read,
 * and there is a list for each pair of load balancer and edge. In any other order it is as right, and slower.
 */
export class ByOrigin<T extends { readonly origin: OriginName }> {
  #next = 0;

  constructor(private readonly items: readonly T[]) {}

  get(origin: OriginName): T | undefined {
    const { items } = this;
    const start = this.#next;
    for (let index = start; index < items.length; index += 1) {
      if (items[index]?.origin === origin) return this.#at(index);
    }
    for (let index = 0; index < start; index += 1) {
      if (items[index]?.origin === origin) return this.#at(index);
    }
    return undefined;
  }

  #at(index: number): T | undefined {
    this.#next = index + 1;
    return this.items[index];
  }
}
