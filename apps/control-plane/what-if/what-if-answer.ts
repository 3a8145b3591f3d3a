import { comparePlans } from '#core/explain/compare-plans.js';
import { explainLoadBalancer } from '#core/explain/explain-load-balancer.js';
import type { PlanComparison } from '#core/explain/plan-comparison.js';
import type { Configuration } from '#core/model/configuration.js';
import type { LoadBalancerName } from '#core/model/name.js';
import type { Plan } from '#core/plan/plan.js';
import type { WhatIfChanges } from '#core/what-if/what-if-changes.js';
import type { Shown } from '../http/shown.js';
import { shownExplanation } from '../status/shown-explanation.js';
import { settledPlan } from './settled-plan.js';
import type { whatIfAnswerSchema } from './what-if-answer.schema.js';

export type WhatIfAnswer = Shown<typeof whatIfAnswerSchema>;

/** A question that has been decided. */
export interface DecidedQuestion {
  readonly changes: WhatIfChanges;
  /** With the changes, at the pace that operators declared. */
  readonly configuration: Configuration;
  readonly observedAtMs: number;
  /** The plan in force, and the hypothetical one. */
  readonly before: Plan | null;
  readonly after: Plan;
}

/** With no more load balancers than this, all are explained. */
const FEW_LOAD_BALANCERS = 10;
const MOST_EXPLANATIONS = 20;

/** Says what a hypothetical plan comes to. */
export function whatIfAnswer(question: DecidedQuestion): WhatIfAnswer {
  const { configuration, observedAtMs, before, after } = question;
  const comparison = comparePlans(before, after, configuration);
  const settled = settledPlan(after);
  return {
    observedAt: new Date(observedAtMs).toISOString(),
    ...comparison,
    explanations: explainedOf(question, comparison).map((name) =>
      shownExplanation(explainLoadBalancer(settled, configuration, name)),
    ),
    notices: after.notices,
  };
}

function explainedOf(
  { changes, configuration: { loadBalancers } }: DecidedQuestion,
  { pairs }: PlanComparison,
): readonly LoadBalancerName[] {
  const all = loadBalancers.map(({ name }) => name);
  if (all.length <= FEW_LOAD_BALANCERS) return all;
  const concerned = new Set<LoadBalancerName>([
    ...(changes.loadBalancers ?? []).map(({ loadBalancer }) => loadBalancer),
    ...pairs.filter(({ isChanged }) => isChanged).map(({ loadBalancer }) => loadBalancer),
  ]);
  return [...concerned].filter((name) => all.includes(name)).slice(0, MOST_EXPLANATIONS);
}
