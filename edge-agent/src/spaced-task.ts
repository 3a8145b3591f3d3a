import type { Clock } from './clock.js';
import type { Timers } from './timers.js';

export interface SpacedTaskParts {
  readonly task: () => void;
  /** Least time from one run to the next. */
  readonly spacingMs: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly timers: Timers;
}

/** A task that many may ask for at about the same time: the first has it at once, all who follow share the next run. */
export class SpacedTask {
  #nextMs = -Infinity;
  #cancel: (() => void) | null = null;

  constructor(private readonly parts: SpacedTaskParts) {}

  ask(): void {
    if (this.#cancel !== null) return;
    const waitMs = this.#nextMs - this.parts.clock.monotonicMs();
    if (waitMs <= 0) this.#run();
    else this.#cancel = this.parts.timers.after(waitMs, this.#run);
  }

  /** Forgets who asked and was not served yet. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  readonly #run = (): void => {
    this.#cancel = null;
    this.#nextMs = this.parts.clock.monotonicMs() + this.parts.spacingMs;
    this.parts.task();
  };
}
