import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CycleInput } from '#core/decide.js';
import type { Decider, TimedDecision } from './decider.js';

/**
 * Decides in a worker thread. A decision that takes too long cannot be interrupted from outside, so its thread is ended;
 * the next decision gets a new one.
 */
export class WorkerDecider implements Decider {
  #worker: Worker | null = null;

  constructor(
    private readonly entry: URL,
    private readonly deadlineMs: number,
  ) {}

  async decide(input: CycleInput): Promise<TimedDecision> {
    const worker = (this.#worker ??= this.#startWorker());
    try {
      const answer = once(worker, 'message', { signal: AbortSignal.timeout(this.deadlineMs) });
      worker.postMessage(input);
      const [decision] = (await answer) as [TimedDecision];
      return decision;
    } catch (cause) {
      await this.stop();
      throw new Error(`the decision worker gave no answer (it has ${this.deadlineMs} ms)`, { cause });
    }
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #startWorker(): Worker {
    // The parent's own flags (a test runner's import conditions) are not for the built worker.
    const worker = new Worker(this.entry, { execArgv: [] });
    // An error during a decision also rejects it. One between decisions would end the whole process if nobody listened.
    worker.on('error', () => {
      if (this.#worker === worker) this.#worker = null;
    });
    // An idle thread must not keep the process alive.
    worker.unref();
    return worker;
  }
}
