import type { Score } from '#simulation/metrics/score.js';
import type { Finding } from '#simulation/report/target.js';
import type { ScenarioResult } from '#simulation/run/simulate.js';

/** What is written to results.json. */
export interface ResultDocument {
  readonly seed: number;
  readonly scenarios: readonly {
    readonly name: string;
    readonly title: string;
    /** By policy. */
    readonly scores: Readonly<Record<string, Score>>;
    readonly optimum: Score;
    readonly findings: readonly Finding[];
  }[];
}

export function resultDocument(seed: number, results: readonly ScenarioResult[]): ResultDocument {
  return {
    seed,
    scenarios: results.map(({ scenario: { name, title }, runs, reference, findings }) => ({
      name,
      title,
      scores: Object.fromEntries([...runs].map(([policy, { score }]) => [policy, score])),
      optimum: reference.score,
      findings,
    })),
  };
}
