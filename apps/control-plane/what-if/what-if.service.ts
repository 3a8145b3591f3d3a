import type { CycleInput, Decision } from '#core/decide.js';
import type { Plan } from '#core/plan/plan.js';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import { hypotheticalConfiguration } from '#core/what-if/hypothetical-configuration.js';
import type { WhatIfChanges } from '#core/what-if/what-if-changes.js';
import { whatIfInput } from '#core/what-if/what-if-input.js';
import { whatIfViolations } from '#core/what-if/what-if-violations.js';
import { Problem } from '../http/problem.js';
import type { Decider } from '../scheduler/decider.js';
import { type WhatIfAnswer, whatIfAnswer } from './what-if-answer.js';

/** What the scheduler knows; its runner, seen from here. */
export interface NewestCycle {
  /** What the newest cycle decided from; `null` before the first. */
  lastInput(): Promise<CycleInput | null>;
  /** The plan in force. */
  plan(): Promise<Plan | null>;
}

export interface WhatIfParts {
  readonly configurations: Pick<ConfigurationStore, 'snapshot'>;
  readonly newestCycle: NewestCycle;
  /** Not the scheduler's own: a question must not keep a cycle waiting. */
  readonly decider: Pick<Decider, 'decide'>;
  readonly cycleMs: number;
}

const BUSY_RETRY_SECONDS = 1;

/**
 * Answers what would be, one question at a time. Changes nothing: neither is the hypothetical plan stored, nor does the
 * scheduler remember anything of it. Refusals are `Problem`s.
 */
export class WhatIfService {
  #isAnswering = false;

  constructor(private readonly parts: WhatIfParts) {}

  async answer(changes: WhatIfChanges): Promise<WhatIfAnswer> {
    const base = await this.#baseFor(changes);
    if (this.#isAnswering) {
      throw new Problem('busy', 'another question is being answered; ask again', [], BUSY_RETRY_SECONDS);
    }
    this.#isAnswering = true;
    try {
      return await this.#decide(base, changes);
    } finally {
      this.#isAnswering = false;
    }
  }

  /** The newest observations, with what operators declare now: frozen, the scheduler has not seen it yet. */
  async #baseFor(changes: WhatIfChanges): Promise<CycleInput> {
    const { configurations, newestCycle, cycleMs } = this.parts;
    const configuration = await configurations.snapshot();
    const violations = whatIfViolations(configuration, changes);
    if (violations.length > 0) {
      throw new Problem('invalid-resource', violations.map(({ detail }) => detail).join('; '), violations);
    }
    const input = await newestCycle.lastInput();
    if (input === null) {
      const detail = 'no cycle has run yet; ask again when one has';
      throw new Problem('unavailable', detail, [], Math.ceil(cycleMs / 1_000));
    }
    return { ...input, configuration };
  }

  async #decide(base: CycleInput, changes: WhatIfChanges): Promise<WhatIfAnswer> {
    const after = await this.#hypotheticalPlan(whatIfInput(base, changes));
    return whatIfAnswer({
      changes,
      configuration: hypotheticalConfiguration(base.configuration, changes),
      observedAtMs: base.observation.takenAtMs,
      before: await this.parts.newestCycle.plan(),
      after,
    });
  }

  async #hypotheticalPlan(input: CycleInput): Promise<Plan> {
    const { outcome, state } = await this.#decision(input);
    if (outcome.kind !== 'kept' && state.plan !== null) return state.plan;
    const details = outcome.kind === 'kept' ? outcome.details : [];
    throw unanswerable(details.join('; '));
  }

  async #decision(input: CycleInput): Promise<Decision> {
    try {
      return (await this.parts.decider.decide(input)).decision;
    } catch (error) {
      throw unanswerable(error instanceof Error ? error.message : String(error));
    }
  }
}

function unanswerable(why: string): Problem {
  return new Problem('unavailable', `no plan could be had for these changes: ${why}`, [], BUSY_RETRY_SECONDS);
}
