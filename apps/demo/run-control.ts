/** The user ended the run. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ends the run early, once, for whoever has a reason to: a signal, a key, a process that died. */
export class RunControl {
  readonly #abort = new AbortController();

  constructor() {
    // Later signals change nothing: the end is under way, and it is bounded.
    for (const name of SIGNALS) {
      process.on(name, () => {
        this.interrupt();
      });
    }
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  interrupt(): void {
    this.fail(new Interrupted('the run was cut short'));
  }

  fail(reason: Error): void {
    if (!this.signal.aborted) this.#abort.abort(reason);
  }

  /** Why the run ended early, given what it threw: the cause, not the wait that it broke off. */
  reasonFor(error: unknown): Error {
    return asError(this.signal.aborted ? this.signal.reason : error);
  }
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
