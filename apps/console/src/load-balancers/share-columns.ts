import type { Schemas } from '#client/weir-client.js';

type Change = Schemas['ShareHistory']['edges'][number]['changes'][number];

/** Shares of one edge over time, stacked: each origin's column is the sum up to it. */
export interface ShareColumns {
  /** Seconds since the epoch; the last is now, with the shares of the last change. */
  readonly times: readonly number[];
  readonly origins: readonly string[];
  /** Of each origin, in their order. */
  readonly sums: readonly (readonly number[])[];
  /** What was decided at each time; `null` at the last, where nothing was. */
  readonly changes: readonly (Change | null)[];
}

/** `origins` in the order in which they are stacked. */
export function shareColumns(changes: readonly Change[], origins: readonly string[], now: number): ShareColumns {
  const last = changes.at(-1);
  const points =
    last === undefined
      ? []
      : [...changes.map((change) => ({ change, shares: change.shares })), { change: null, shares: last.shares }];
  const times = points.map(({ change }) => (change === null ? now : Date.parse(change.decidedAt) / 1_000));
  const sums = origins.map((_origin, place) => {
    const below = new Set(origins.slice(0, place + 1));
    return points.map(({ shares }) =>
      shares.reduce((sum, { origin, share }) => sum + (below.has(origin) ? share : 0), 0),
    );
  });
  return { times, origins, sums, changes: points.map(({ change }) => change) };
}

/** The shares themselves at one time, in the order of the origins. */
export function sharesAt(
  { origins, sums }: Pick<ShareColumns, 'origins' | 'sums'>,
  index: number,
): readonly { readonly origin: string; readonly share: number }[] {
  return origins.map((origin, place) => ({
    origin,
    share: (sums[place]?.[index] ?? 0) - (sums[place - 1]?.[index] ?? 0),
  }));
}
