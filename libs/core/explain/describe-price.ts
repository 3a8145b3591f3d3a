import { MAX_RTT_COST_MS, OVERLOAD_STEPS, TIER_COST_MS } from '../formulate/costs.js';
import { inMs } from './figures.js';

/** From here on a price tells of overload; what is above the target utilisation was taken off it. */
const OVERLOAD_FROM_MS = Math.min(...OVERLOAD_STEPS.map(({ costMs }) => costMs)) - TIER_COST_MS;

/** Less is no saving that anybody would notice. */
const LEAST_SAVING_MS = 0.5;

/**
 * What a shadow price says: `more` is what there could be one unit more of. Prices above any latency stand for what the
 * policy holds dearer: overload, or else tiers and latency limits.
 */
export function describePrice(more: string, shadowPriceMs: number | null): string {
  if (shadowPriceMs === null || !Number.isFinite(shadowPriceMs)) return `what ${more} would save is not known`;
  if (shadowPriceMs < LEAST_SAVING_MS) return `${more} would save nothing now`;
  if (shadowPriceMs >= OVERLOAD_FROM_MS) return `${more} would take as much out of overload`;
  if (shadowPriceMs > MAX_RTT_COST_MS) {
    return `${more} would keep as much within lower tiers or the latency limit`;
  }
  return `${more} would save ${inMs(shadowPriceMs)} each`;
}
