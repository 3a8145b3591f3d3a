import type { CycleInput, CycleState } from '#core/decide.js';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import type { WhatIfChanges } from '#core/what-if/what-if-changes.js';
import { whatIfViolations } from '#core/what-if/what-if-violations.js';
import { Problem } from '../http/problem.js';
import type { Advice, Advisor, WhatIfQuestion } from './advisor.js';

/** What the scheduler knows; its runner, seen from here. */
export interface NewestCycle {
  /** What the newest cycle decided from; `null` before the first. */
  lastInput(): Promise<CycleInput | null>;
  /** Its plan is in force. */
  state(): Promise<CycleState>;
}

export interface WhatIfParts {
  readonly configurations: Pick<ConfigurationStore, 'snapshot'>;
  readonly newestCycle: NewestCycle;
  readonly advisor: Pick<Advisor, 'advise'>;
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

  /** A `WhatIfAnswer` as JSON, in UTF-8. */
  async answer(changes: WhatIfChanges): Promise<Uint8Array<ArrayBuffer>> {
    const base = await this.#baseFor(changes);
    if (this.#isAnswering) {
      throw new Problem('busy', 'another question is being answered; ask again', [], BUSY_RETRY_SECONDS);
    }
    this.#isAnswering = true;
    try {
      return await this.#ask({ changes, base, standing: await this.parts.newestCycle.state() });
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

  async #ask(question: WhatIfQuestion): Promise<Uint8Array<ArrayBuffer>> {
    const advice = await this.#advice(question);
    switch (advice.kind) {
      case 'answered':
        return advice.json;
      case 'undecided':
        throw unanswerable(advice.details.join('; '));
    }
  }

  async #advice(question: WhatIfQuestion): Promise<Advice> {
    try {
      return await this.parts.advisor.advise(question);
    } catch (error) {
      throw unanswerable(error instanceof Error ? error.message : String(error));
    }
  }
}

function unanswerable(why: string): Problem {
  return new Problem('unavailable', `no plan could be had for these changes: ${why}`, [], BUSY_RETRY_SECONDS);
}
