import { byName } from './name.js';

interface Named {
  readonly name: string;
}

/** Where the one of this name is in a list that is ordered by name, or would be; by halving, as there may be tens of thousands. */
export function placeOfName(ordered: readonly Named[], name: string): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byName(ordered[middle]?.name ?? '', name) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The one of this name in a list that is ordered by name. */
export function findNamed<T extends Named>(ordered: readonly T[], name: string): T | undefined {
  const found = ordered[placeOfName(ordered, name)];
  return found?.name === name ? found : undefined;
}
