import type { Clock } from '../clock.js';
import type { Timers } from '../timers.js';

export interface StartGateParts {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly timers: Timers;
  readonly maxInFlight: number;
}

/** Starts that come together by chance need not wait for one another longer than this. */
const MAX_SPACING_MS = 10;

/** What begins when its turn has come; `leave` is to be called once, when it has ended. */
export type GatedTask = (leave: () => void) => void;

/**
 * Where probes pass: never faster than twice the even pace, so that what piled up while the event loop stood still is
 * worked off rather than thrown at the network; and never more than `maxInFlight` at once, first come first served, so
 * that endpoints which swallow every packet cannot use up the sockets.
 */
export class StartGate {
  #spacingMs = MAX_SPACING_MS;
  #slotMs = 1;
  #freeMs = -Infinity;
  #inFlight = 0;
  readonly #waiting = new Set<() => void>();

  constructor(private readonly parts: StartGateParts) {}

  /** How many starts a second there are when all is well; `slotMs` of them come at once, since timers tell no finer time. */
  setPace(perSecond: number, slotMs: number): void {
    this.#spacingMs = Math.min(MAX_SPACING_MS, 1000 / (2 * perSecond));
    this.#slotMs = slotMs;
  }

  /** Runs `task` when its turn comes; the answer takes it back until then. */
  enter(task: GatedTask): () => void {
    const start = () => {
      this.#inFlight += 1;
      task(this.#leave);
    };
    const cancelWait = this.#afterSpacing(() => {
      if (this.#inFlight < this.parts.maxInFlight) start();
      else this.#waiting.add(start);
    });
    return () => {
      cancelWait();
      this.#waiting.delete(start);
    };
  }

  #afterSpacing(pass: () => void): () => void {
    const nowMs = this.parts.clock.monotonicMs();
    const startMs = Math.max(nowMs, this.#freeMs);
    this.#freeMs = startMs + this.#spacingMs;
    if (startMs - nowMs >= this.#slotMs) return this.parts.timers.after(startMs - nowMs, pass);
    pass();
    return () => undefined;
  }

  readonly #leave = (): void => {
    this.#inFlight -= 1;
    if (this.#waiting.size === 0) return;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    next();
  };
}
