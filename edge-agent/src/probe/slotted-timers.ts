import TinyQueue from 'tinyqueue';
import type { Clock } from '../clock.js';
import type { Timers } from '../timers.js';

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
  /**
   * The earliest first. A heap in one array: a map or a set that is added to and deleted from all the time keeps its garbage
   * alive (an outgrown table of V8's points to its successor, and once it is old so does all that was in any of them).
   */
  readonly #entries = new TinyQueue<Entry>([], (one, other) => one.dueMs - other.dueMs);
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
    this.#entries.push(entry);
    if (dueMs < this.#wakeMs) this.#waitForFirst();
    return () => {
      entry.task = null;
      if (entry === this.#entries.peek()) this.#waitForFirst();
    };
  }

  /** What was taken back is let go of when it comes first: mostly a time-out, long before its time. */
  #waitForFirst(): void {
    while (this.#entries.peek()?.task === null) this.#entries.pop();
    const dueMs = this.#entries.peek()?.dueMs ?? Infinity;
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
    for (
      let first = this.#entries.peek();
      first !== undefined && first.dueMs <= untilMs;
      first = this.#entries.peek()
    ) {
      due.push(first);
      this.#entries.pop();
    }
    return due;
  }
}
