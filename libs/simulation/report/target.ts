import type { ShareHistory } from '../metrics/share-history.js';
import type { Score } from '../metrics/score.js';
import type { PolicyName } from '../policies/policy.js';

/** What a target looks at. */
export interface Outcome {
  readonly runs: ReadonlyMap<PolicyName, JudgedRun>;
}

export interface JudgedRun {
  readonly score: Score;
  readonly shares: ShareHistory;
  /** `null` for policies that give no reasons to judge. */
  readonly breaches: readonly string[] | null;
}

export interface Finding {
  readonly claim: string;
  readonly measured: string;
  readonly isMet: boolean;
}

/** Something Weir must achieve. Answers `null` when a policy it needs was not played. */
export type Target = (outcome: Outcome) => Finding | null;
