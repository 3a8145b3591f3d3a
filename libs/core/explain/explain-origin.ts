import type { OriginName } from '../model/name.js';
import type { OriginOutlook } from '../plan/plan.js';
import { describePrice } from './describe-price.js';
import { inRate } from './figures.js';
import { describeFullness, describeLoad, isFull } from './fullness.js';
import type { Situation } from './situation.js';

/** One origin with the load of all who use it. Rates in connections per second; plain data. */
export interface OriginExplanation {
  readonly origin: OriginName;
  /** Measured before the decision, and expected with its shares; `null` when no cycle has seen the origin yet. */
  readonly measuredLoad: number | null;
  readonly expectedLoad: number | null;
  /** `null` when unlimited or not known yet. */
  readonly capacity: number | null;
  /** Expected load as a fraction of the capacity; `null` without a capacity, or one of 0. */
  readonly utilization: number | null;
  /** Room that the expected load leaves; `null` without a capacity. */
  readonly headroom: number | null;
  /** What one more connection per second of capacity would save, in ms per second; `null` when it is not known. */
  readonly shadowPriceMs: number | null;
  readonly sentence: string;
  /** What would change with one more connection per second of capacity. */
  readonly oneMore: string;
}

export function explainOrigin(origin: OriginName, { outlooks }: Situation): OriginExplanation {
  const outlook = outlooks.get(origin);
  if (outlook === undefined) return unknownOrigin(origin);
  const { capacity, measuredLoad, expectedLoad, shadowPriceMs } = outlook;
  return {
    origin,
    measuredLoad,
    expectedLoad,
    capacity,
    utilization: capacity === null || capacity <= 0 ? null : expectedLoad / capacity,
    headroom: capacity === null ? null : Math.max(0, capacity - expectedLoad),
    shadowPriceMs,
    sentence: describeOrigin(outlook),
    oneMore:
      capacity === null
        ? `the capacity of ${origin} is not limited`
        : describePrice(`one more connection per second of capacity at ${origin}`, shadowPriceMs),
  };
}

function unknownOrigin(origin: OriginName): OriginExplanation {
  return {
    origin,
    measuredLoad: null,
    expectedLoad: null,
    capacity: null,
    utilization: null,
    headroom: null,
    shadowPriceMs: null,
    sentence: `no cycle has seen ${origin} yet`,
    oneMore: describePrice(`one more connection per second of capacity at ${origin}`, null),
  };
}

function describeOrigin(outlook: OriginOutlook): string {
  const { origin, capacity, expectedLoad } = outlook;
  if (capacity === null) return `${origin} gets ${inRate(expectedLoad)}/s and is not limited`;
  if (isFull(outlook)) return describeFullness(outlook);
  return `${origin} has room for ${inRate(capacity - expectedLoad)}/s more (${describeLoad(expectedLoad, capacity)})`;
}
