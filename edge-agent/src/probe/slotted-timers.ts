import type { Clock } from '../clock.js';
import type { Timers } from '../timers.js';
import { DueQueue } from './due-queue.js';

interface Entry {
  /** The end of its slot. */
  readonly dueMs: number;
  /** `null` once it was taken back. */
  task: (() => void) | null;
}

/**
 * Time in slots: what falls due in one waits for its end, and then all of it runs by one timer. With many hundred timers a
 * second, waking up is most of what they cost.
 */
export class SlottedTimers implements Timers {
  readonly #entries = new DueQueue<Entry>();
  /** The slot that is waited for; Infinity: none. */
  #wakeMs = Infinity;
  #cancelWake: () => void = () => undefined;

  /** `slotMs` may change: what is set already keeps its time. */
  constructor(
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly timers: Timers,
    public slotMs: number,
  ) {}

  after(delayMs: number, task: () => void): () => void {
    const dueMs = Math.ceil((this.clock.monotonicMs() + delayMs) / this.slotMs) * this.slotMs;
    const entry: Entry = { dueMs, task };
    this.#entries.add(entry);
    if (dueMs < this.#wakeMs) this.#waitForFirst();
    return () => {
      entry.task = null;
      if (entry === this.#entries.first) this.#waitForFirst();
    };
  }

  /** What was taken back is let go of when it comes first: mostly a time-out, long before its time. */
  #waitForFirst(): void {
    while (this.#entries.first?.task === null) this.#entries.takeFirst();
    const dueMs = this.#entries.first?.dueMs ?? Infinity;
    if (dueMs === this.#wakeMs) return;
    this.#cancelWake();
    this.#wakeMs = dueMs;
    this.#cancelWake =
      dueMs === Infinity ? () => undefined : this.timers.after(dueMs - this.clock.monotonicMs(), this.#runDue);
  }

  readonly #runDue = (): void => {
    // A timer may be a moment early, or late by many slots.
    const due = this.#takeDue(Math.max(this.#wakeMs, this.clock.monotonicMs()));
    this.#wakeMs = Infinity;
    this.#waitForFirst();
    // One of them may take back another.
    for (const entry of due) entry.task?.();
  };

  #takeDue(untilMs: number): readonly Entry[] {
    const due: Entry[] = [];
    for (let { first } = this.#entries; first !== undefined && first.dueMs <= untilMs; { first } = this.#entries) {
      due.push(first);
      this.#entries.takeFirst();
    }
    return due;
  }
}
