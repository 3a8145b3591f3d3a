import type { CycleTrigger } from '#core/ports/scheduler-store.js';

/** One cycle, carried out. Must not reject: what goes wrong in a cycle is the cycle's own to record. */
export type RunCycle = (trigger: CycleTrigger) => Promise<void>;

/**
 * Runs a cycle every `cycleMs`, and at once when asked. Cycles never overlap: what is asked for during one is done by a
 * single one after it.
 */
export class SchedulerLoop {
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #next: { readonly trigger: CycleTrigger; readonly done: Promise<void> } | null = null;
  #isStopped = true;

  constructor(
    private readonly runCycle: RunCycle,
    private readonly cycleMs: number,
  ) {}

  start(): void {
    this.#isStopped = false;
    this.#timer = setInterval(() => {
      // A tick during a cycle is dropped: the cycle under way is fresh enough.
      if (this.#running === null) void this.sync('timer');
    }, this.cycleMs);
    this.#timer.unref();
  }

  /** Resolves once a cycle has run that began after this call. */
  sync(trigger: CycleTrigger): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    // Asked first: when a cycle has just ended, the next one is due but has not begun yet.
    if (this.#next !== null) return this.#next.done;
    if (this.#running === null) return this.#begin(trigger);
    this.#next = { trigger, done: this.#running.then(() => this.#beginNext()) };
    return this.#next.done;
  }

  /** Resolves when the cycle under way has ended; none begins after it. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#running;
  }

  #beginNext(): Promise<void> {
    const trigger = this.#next?.trigger ?? 'timer';
    this.#next = null;
    return this.#isStopped ? Promise.resolve() : this.#begin(trigger);
  }

  #begin(trigger: CycleTrigger): Promise<void> {
    this.#running = this.runCycle(trigger).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }
}
