import type { EdgeName, OriginName } from '#core/model/name.js';
import type { Flow } from './plan-sums.js';

/** Flows that a person can look at; `null` is all the others together. */
export interface DrawnFlow {
  readonly edge: EdgeName | null;
  readonly origin: OriginName | null;
  readonly rate: number;
  /** `null` where nothing flows. */
  readonly meanRttMs: number | null;
}

/** Between the `most` busiest edges and the `most` busiest origins, and all others as one of each. Busiest first. */
export function largestFlows(flows: readonly Flow[], most: number): readonly DrawnFlow[] {
  const edges = busiest(flows, ({ edge }) => edge, most);
  const origins = busiest(flows, ({ origin }) => origin, most);
  const sums = new Map<string, { edge: EdgeName | null; origin: OriginName | null; rate: number; delayMs: number }>();
  for (const { edge, origin, rate, delayMs } of flows) {
    const [from, to] = [edges.has(edge) ? edge : null, origins.has(origin) ? origin : null];
    const key = `${from ?? ''} ${to ?? ''}`;
    const sum = sums.get(key) ?? { edge: from, origin: to, rate: 0, delayMs: 0 };
    sum.rate += rate;
    sum.delayMs += delayMs;
    sums.set(key, sum);
  }
  return [...sums.values()]
    .filter(({ rate }) => rate > 0)
    .map(({ edge, origin, rate, delayMs }) => ({ edge, origin, rate, meanRttMs: delayMs / rate }))
    .sort((left, right) => right.rate - left.rate);
}

function busiest<Name>(flows: readonly Flow[], nameOf: (flow: Flow) => Name, most: number): ReadonlySet<Name> {
  const rates = new Map<Name, number>();
  for (const flow of flows) rates.set(nameOf(flow), (rates.get(nameOf(flow)) ?? 0) + flow.rate);
  const ranked = [...rates].sort(([, left], [, right]) => right - left).map(([name]) => name);
  return new Set(ranked.slice(0, most));
}
