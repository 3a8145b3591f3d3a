import type { EdgeName } from '#core/model/name.js';
import type { Clock } from '#core/ports/clock.js';

/** A wait that can be ended by who waits. An abort signal for that would cost each poll an error with a stack. */
export interface Wait {
  readonly over: Promise<void>;
  readonly end: () => void;
}

/** Where long polls wait for their edge's next publication. */
export class PublicationBoard {
  readonly #waiting = new Map<EdgeName, Set<() => void>>();
  readonly #announcedAtMs = new Map<EdgeName, number>();
  readonly #startedAtMs: number;
  #isDismissed = false;

  constructor(private readonly clock: Clock) {
    this.#startedAtMs = clock.monotonicMs();
  }

  /** Tells that these edges have something new to do, and wakes whoever waits for it. */
  announce(edges: readonly EdgeName[]): void {
    for (const edge of edges) {
      this.#announcedAtMs.set(edge, this.clock.monotonicMs());
      this.#wake(edge);
    }
  }

  get isDismissed(): boolean {
    return this.#isDismissed;
  }

  /** Wakes everybody, and lets nobody wait from now on; used when the control plane stops. */
  dismiss(): void {
    this.#isDismissed = true;
    for (const edge of [...this.#waiting.keys()]) this.#wake(edge);
  }

  /** How long ago the edge was given something new; since the start, when that was before. */
  sinceAnnouncedMs(edge: EdgeName): number {
    return this.clock.monotonicMs() - (this.#announcedAtMs.get(edge) ?? this.#startedAtMs);
  }

  /**
   * Waits for the edge's next announcement: `over` resolves with it, after `timeoutMs`, when `signal` aborts, or with `end`,
   * whichever comes first.
   */
  wait(edge: EdgeName, timeoutMs: number, signal: AbortSignal): Wait {
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      const wakers = this.#waiting.get(edge) ?? new Set();
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        wakers.delete(wake);
        if (wakers.size === 0) this.#waiting.delete(edge);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener('abort', wake, { once: true });
      this.#waiting.set(edge, wakers.add(wake));
      if (this.#isDismissed || signal.aborted) wake();
      end = wake;
    });
    return { over, end };
  }

  #wake(edge: EdgeName): void {
    for (const wake of this.#waiting.get(edge) ?? []) wake();
  }
}
