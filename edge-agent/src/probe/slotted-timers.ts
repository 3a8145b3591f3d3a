import type { Clock } from '../clock.js';
import type { Timers } from '../timers.js';

interface Slot {
  readonly tasks: Set<() => void>;
  readonly cancel: () => void;
}

/**
 * Time in slots: what falls due in one waits for its end, and then all of it runs by one timer. With many hundred timers a
 * second, waking up is most of what they cost.
 */
export class SlottedTimers implements Timers {
  readonly #slots = new Map<number, Slot>();

  /** `slotMs` may change: what is set already keeps its time. */
  constructor(
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly timers: Timers,
    public slotMs: number,
  ) {}

  after(delayMs: number, task: () => void): () => void {
    const endMs = Math.ceil((this.clock.monotonicMs() + delayMs) / this.slotMs) * this.slotMs;
    const slot = this.#slots.get(endMs) ?? this.#open(endMs);
    const entry = () => {
      task();
    };
    slot.tasks.add(entry);
    return () => {
      slot.tasks.delete(entry);
      if (slot.tasks.size === 0 && this.#slots.get(endMs) === slot) this.#close(endMs, slot);
    };
  }

  #open(endMs: number): Slot {
    const slot: Slot = {
      tasks: new Set(),
      cancel: this.timers.after(endMs - this.clock.monotonicMs(), () => {
        this.#slots.delete(endMs);
        for (const task of slot.tasks) task();
      }),
    };
    this.#slots.set(endMs, slot);
    return slot;
  }

  #close(endMs: number, { cancel }: Slot): void {
    this.#slots.delete(endMs);
    cancel();
  }
}
