import { isIPv6 } from 'node:net';
import type { PublishedLoadBalancer } from '#contracts/edge-configuration.js';

/** Something counted for each destination, by its address. */
export type Counts = Readonly<Record<string, number>>;

/**
 * How connections to an address should spread over its destinations, in per cent. In the lab every origin has one
 * endpoint of each family, which serves the origin's whole part of the connections of that family.
 */
export function publishedSpread(
  { endpoints }: PublishedLoadBalancer,
  address: string,
  down: readonly string[] = [],
): Counts {
  const served = endpoints.filter((endpoint) => isIPv6(endpoint.address) === isIPv6(address));
  const weightOf = (name: string) =>
    total(endpoints.filter(({ origin }) => origin === name).map(({ weight }) => weight));
  return percentages(
    Object.fromEntries(
      served.map((endpoint) => [endpoint.address, down.includes(endpoint.address) ? 0 : weightOf(endpoint.origin)]),
    ),
  );
}

/** To a tenth. */
export function percentages(counts: Counts): Counts {
  const whole = total(Object.values(counts));
  return Object.fromEntries(
    Object.entries(counts).map(([key, count]) => [key, Math.round((1_000 * count) / whole) / 10]),
  );
}

/** What was added to each count; without those that stayed. */
export function growth(after: Counts, before: Counts): Counts {
  const added = Object.entries(after).map(([key, count]) => [key, count - (before[key] ?? 0)] as const);
  return Object.fromEntries(added.filter(([, count]) => count !== 0));
}

/** `10.91.2.11 70.0 %, 10.91.2.12 30.0 %`. */
export function describeSpread(spread: Counts): string {
  return Object.entries(spread)
    .map(([address, percent]) => `${address} ${percent.toFixed(1)} %`)
    .join(', ');
}

export function total(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0);
}
