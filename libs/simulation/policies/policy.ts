import type { Configuration } from '#core/model/configuration.js';
import type { EdgeName, LoadBalancerName, OriginName } from '#core/model/name.js';
import type { Observation } from '#core/observe/observation.js';
import type { Plan } from '#core/plan/plan.js';
import type { PairWeights } from '#core/quantise/quantise-plan.js';

export const POLICY_NAMES = ['static', 'nearest', 'greedy-damped', 'greedy-undamped', 'weir'] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];

/** A way to decide every cycle where each edge's traffic goes, from what telemetry tells. Keeps its own state. */
export interface Policy {
  /** Whether it runs between two cycles when reports show an origin overloaded or gone. */
  readonly hasUrgentCycles: boolean;
  decide(cycle: PolicyCycle): PolicyDecision;
}

export interface PolicyCycle {
  readonly configuration: Configuration;
  readonly observation: Observation;
  readonly isUrgent: boolean;
}

export interface PolicyDecision {
  readonly pairs: readonly PairShares[];
  readonly weights: readonly PairWeights[];
  /** Weir's own account of it; `null` for the others, and when there is none yet. */
  readonly plan: Plan | null;
}

export interface PairShares {
  readonly loadBalancer: LoadBalancerName;
  readonly edge: EdgeName;
  readonly shares: readonly OriginShare[];
}

export interface OriginShare {
  readonly origin: OriginName;
  /** 0 to 1. */
  readonly share: number;
}
