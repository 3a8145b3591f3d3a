import type { Outcome } from '#core/guard/sound-plan.js';
import type { Notice, Plan } from '#core/plan/plan.js';
import type { Occurrence } from './event-journal.js';

/** Notes when something begins or ceases to be wrong with decisions, and not every cycle that it lasts. */
export class DecisionWatch {
  #notices: ReadonlyMap<string, Occurrence> = new Map();
  #keptBecause: string | null = null;

  constructor(private readonly note: (occurrence: Occurrence) => void) {}

  cycleEnded({ outcome, plan }: { readonly outcome: Outcome; readonly plan: Plan | null }): void {
    this.#noteOutcome(outcome);
    const notices = new Map((plan?.notices ?? []).flatMap(occurrences).map((one) => [one.summary, one]));
    for (const [summary, one] of notices) if (!this.#notices.has(summary)) this.note(one);
    for (const [summary, one] of this.#notices) {
      if (!notices.has(summary)) this.note({ ...one, type: 'decision.cleared', summary: `no longer: ${summary}` });
    }
    this.#notices = notices;
  }

  #noteOutcome(outcome: Outcome): void {
    const because = outcome.kind === 'planned' ? null : outcome.cause;
    if (because !== null && because !== this.#keptBecause && outcome.kind !== 'planned') {
      const summary = `${outcome.kind === 'kept' ? 'the last plan stays' : 'some shares stay'} in force: ${because}`;
      this.note({ type: 'decision.kept', resource: 'scheduler', summary, after: outcome });
    }
    this.#keptBecause = because;
  }
}

/** One for each thing that a notice is about; of what changes in every cycle, such as counts, nothing. */
function occurrences(notice: Notice): readonly Occurrence[] {
  const noticed = (resource: string, summary: string): Occurrence => ({ type: 'decision.noticed', resource, summary });
  switch (notice.code) {
    case 'overload':
      return notice.origins.map((name) => noticed(`origins/${name}`, `${name} is expected above its capacity`));
    case 'capacity-unknown':
      return notice.origins.map((name) => noticed(`origins/${name}`, `the capacity of ${name} is not learnt yet`));
    case 'mass-silence':
      return [noticed('scheduler', 'most edges fell silent at once; no share is moved')];
    case 'fail-open':
      return notice.edges.map((edge) =>
        noticed(
          `load-balancers/${notice.loadBalancer}`,
          `no origin of ${notice.loadBalancer} is healthy as seen from ${edge}`,
        ),
      );
    case 'kept':
      return [noticed('scheduler', 'for some pairs no sound decision could be had; their shares stay')];
    case 'not-optimal':
      return [noticed('scheduler', 'the shares are the best found; cheaper ones may exist')];
    case 'unusable-figures':
      return [noticed('scheduler', 'figures that make no sense were left out')];
  }
}
