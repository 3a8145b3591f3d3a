import type { Schemas } from '#client/weir-client.js';

type Changes = Schemas['WhatIfChangesInput'];
type Answer = Schemas['WhatIfAnswer'];

/** What the sliders say: parts of what is now. Left out is as it is. */
export interface Supposition {
  /** Of all demand. */
  readonly demandFactor: number;
  /** Of each origin's capacity. */
  readonly capacityFactors: ReadonlyMap<string, number>;
  /** Origins taken out of use. */
  readonly drained: ReadonlySet<string>;
}

export const AS_IT_IS: Supposition = { demandFactor: 1, capacityFactors: new Map(), drained: new Set() };

/** What to ask; `null` where nothing is supposed. Capacities of origins without one cannot be scaled. */
export function changesOf(
  { demandFactor, capacityFactors, drained }: Supposition,
  capacities: ReadonlyMap<string, number>,
): Changes | null {
  const names = [...new Set([...capacityFactors.keys(), ...drained])].sort();
  const origins = names.flatMap((origin) => {
    const factor = capacityFactors.get(origin) ?? 1;
    const capacity = capacities.get(origin);
    const capacityRate = factor !== 1 && capacity !== undefined ? { capacityRate: capacity * factor } : {};
    const state = drained.has(origin) ? { state: 'draining' as const } : {};
    const change = { origin, ...capacityRate, ...state };
    return Object.keys(change).length > 1 ? [change] : [];
  });
  const demand = demandFactor === 1 ? [] : [{ change: { type: 'factor' as const, factor: demandFactor } }];
  return origins.length === 0 && demand.length === 0 ? null : { origins, demand };
}

export interface SupposedFlow {
  readonly edge: string | null;
  readonly origin: string | null;
  readonly rate: number;
  readonly meanRttMs: null;
}

/** What would flow. The `most` busiest edges and origins keep their names; the others are told together. */
export function supposedFlows({ pairs }: Pick<Answer, 'pairs'>, most: number): readonly SupposedFlow[] {
  const rates = pairs.flatMap(({ edge, demand, shares }) =>
    shares.map(({ origin, after }) => ({ edge, origin, rate: (demand.after ?? 0) * (after ?? 0) })),
  );
  const edges = busiest(rates, ({ edge }) => edge, most);
  const origins = busiest(rates, ({ origin }) => origin, most);
  const sums = new Map<string, SupposedFlow>();
  for (const { edge, origin, rate } of rates) {
    const [from, to] = [edges.has(edge) ? edge : null, origins.has(origin) ? origin : null];
    const key = `${from ?? ''} ${to ?? ''}`;
    sums.set(key, { edge: from, origin: to, rate: (sums.get(key)?.rate ?? 0) + rate, meanRttMs: null });
  }
  return [...sums.values()].filter(({ rate }) => rate > 0);
}

interface Rate {
  readonly edge: string;
  readonly origin: string;
  readonly rate: number;
}

function busiest(rates: readonly Rate[], nameOf: (rate: Rate) => string, most: number): ReadonlySet<string> {
  const sums = new Map<string, number>();
  for (const one of rates) sums.set(nameOf(one), (sums.get(nameOf(one)) ?? 0) + one.rate);
  return new Set(
    [...sums]
      .sort(([, left], [, right]) => right - left)
      .slice(0, most)
      .map(([name]) => name),
  );
}
