import { totalmem } from 'node:os';
import { Worker } from 'node:worker_threads';

const MEBIBYTE = 1024 * 1024;

/**
 * Half of the machine, and no more than 8 GiB. A decision on a million arcs takes about 3 GiB for a moment, beyond what Node
 * grants a thread by default on most machines; one that takes more than this must end its thread, not the machine.
 */
const HEAP_MEBIBYTES = Math.min(8 * 1024, Math.floor(totalmem() / 2 / MEBIBYTE));

/** A worker thread that decides, by what it is sent and what it sends back. Once it is gone, it stays gone. */
export class DecisionThread<Sent, SentBack> {
  readonly #worker: Worker;
  readonly #gone = new AbortController();

  constructor(entry: URL) {
    this.#worker = new Worker(entry, {
      // The parent's own flags (a test runner's import conditions) are not for the built worker.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES },
    });
    // An error that nobody listens to would end the whole process.
    this.#worker.on('error', (error) => {
      this.#gone.abort(error);
    });
    this.#worker.on('exit', (code) => {
      this.#gone.abort(new Error(`the decision thread ended with code ${code}`));
    });
    // An idle thread must not keep the process alive.
    this.#worker.unref();
  }

  /** Aborts with the reason when the thread has ended. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** `handedOver` is gone from here. */
  post(message: Sent, handedOver: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, handedOver);
  }

  /**
   * Sends what is answered with one message, and answers that. One at a time. Rejects when `signal` aborts; it is to do so too when
   * the thread is gone.
   */
  ask(question: Sent, signal: AbortSignal): Promise<SentBack> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const take = (message: SentBack): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(message);
      };
      const giveUp = (): void => {
        this.#worker.off('message', take);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#worker.once('message', take);
      this.post(question);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
