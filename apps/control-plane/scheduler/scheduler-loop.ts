import type { CycleTrigger } from '#core/ports/scheduler-store.js';

/** One cycle, carried out. Must not reject: what goes wrong in a cycle is the cycle's own to record. */
export type RunCycle = (trigger: CycleTrigger) => Promise<void>;

/**
 * Runs a cycle every `cycleMs`, and at once when asked. Cycles never overlap: what is asked for during one is done by a
 * single one after it.
 */
export class SchedulerLoop {
  #timer: NodeJS.Timeout | null = null;
  #running: { readonly trigger: CycleTrigger; readonly done: Promise<void> } | null = null;
  #next: { readonly trigger: CycleTrigger; readonly done: Promise<void> } | null = null;
  #isStopped = true;

  constructor(
    private readonly runCycle: RunCycle,
    private readonly cycleMs: number,
  ) {}

  /** The first cycle comes after `firstMs`: whoever takes over keeps the pace of whoever led before. */
  start(firstMs = this.cycleMs): void {
    this.#isStopped = false;
    this.#timer = setTimeout(() => {
      this.#timer = setInterval(() => {
        this.#tick();
      }, this.cycleMs);
      this.#timer.unref();
      this.#tick();
    }, firstMs);
    this.#timer.unref();
  }

  /** Resolves once a cycle has run that began after this call. */
  sync(trigger: CycleTrigger): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    // Asked first: when a cycle has just ended, the next one is due but has not begun yet.
    if (this.#next !== null) {
      // An ordinary cycle does what an urgent one does, and not the other way round.
      if (this.#next.trigger === 'urgent') this.#next = { ...this.#next, trigger };
      return this.#next.done;
    }
    if (this.#running === null) return this.#begin(trigger);
    this.#next = { trigger, done: this.#running.done.then(() => this.#beginNext()) };
    return this.#next.done;
  }

  /** Resolves when the cycle under way has ended; none begins after it. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#running?.done;
  }

  /** During an ordinary cycle a tick is dropped: that is fresh enough. */
  #tick(): void {
    if (this.#running === null || this.#running.trigger === 'urgent') void this.sync('timer');
  }

  #beginNext(): Promise<void> {
    const trigger = this.#next?.trigger ?? 'timer';
    this.#next = null;
    return this.#isStopped ? Promise.resolve() : this.#begin(trigger);
  }

  #begin(trigger: CycleTrigger): Promise<void> {
    const done = this.runCycle(trigger).finally(() => {
      this.#running = null;
    });
    this.#running = { trigger, done };
    return done;
  }
}
