import type { Policy, PolicyDecision } from './policy.js';

/** Weights set once by hand, as good as hindsight allows; edges still avoid endpoints they see dead. */
export class StaticPolicy implements Policy {
  readonly hasUrgentCycles = false;

  constructor(private readonly decision: PolicyDecision) {}

  decide(): PolicyDecision {
    return this.decision;
  }
}
