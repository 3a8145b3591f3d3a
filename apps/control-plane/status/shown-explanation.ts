import type { LoadBalancerExplanation } from '#core/explain/explain-load-balancer.js';
import type { Shown } from '../http/shown.js';
import type { explanationSchema } from './explanation.schema.js';

/** An explanation as the API shows it. */
export function shownExplanation({ decidedAtMs, ...rest }: LoadBalancerExplanation): Shown<typeof explanationSchema> {
  return { ...rest, decidedAt: decidedAtMs === null ? null : new Date(decidedAtMs).toISOString() };
}
