import { z } from 'zod';
import type { ShareReason } from '#core/plan/plan.js';

/** Shares, and why they are what they are. */

export const shareSchema = z.number().min(0).max(1);

const REASONS = {
  initial: 'the first placement',
  ineligible: 'an origin may not serve any more; its share left at once, or arrived here',
  overload: 'share left an origin above its capacity faster than usual, or arrived from there',
  manual: 'operators set it',
  damped: 'an ordinary move',
  held: 'nothing better was worth a move',
  stale: 'nothing recent is known, so it stays',
  frozen: 'operators froze the load balancer, so it stays',
  kept: 'no sound decision could be had, so it stays',
  'fail-open': 'no origin is healthy from this edge; the last shares stay',
  unserved: 'no origin is in use',
} as const satisfies Readonly<Record<ShareReason, string>>;

export const shareReasonSchema = z.enum(Object.keys(REASONS) as [ShareReason, ...ShareReason[]]).meta({
  id: 'ShareReason',
  description: Object.entries(REASONS)
    .map(([reason, meaning]) => `${reason}: ${meaning}`)
    .join('; '),
});
