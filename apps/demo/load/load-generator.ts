import { get, type ClientRequest } from 'node:http';
import { type LoadWindow, percentile } from './load-window.js';
import { Pacer } from './pacer.js';

export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface LoadOptions {
  /** Taken in turn. */
  readonly targets: readonly Target[];
  readonly connectionsPerSecond: number;
  /** Connections beyond this many open ones are not opened, and count as failed. */
  readonly maxOutstanding: number;
  readonly timeoutMs: number;
}

/**
 * Opens connections at a fixed rate and sends one GET on each. An open loop: slow answers do not slow it down, as they
 * would not slow down users who know nothing of each other.
 */
export class LoadGenerator {
  readonly #outstanding = new Set<ClientRequest>();
  #timer: NodeJS.Timeout | undefined;
  #turn = 0;
  #windowStartMs = performance.now();
  #opened = 0;
  #failed = 0;
  #latenciesMs: number[] = [];

  constructor(private readonly options: LoadOptions) {}

  start(): void {
    if (this.#timer !== undefined) return;
    const pacer = new Pacer(this.options.connectionsPerSecond, performance.now());
    const tickMs = Math.max(1, Math.floor(1000 / this.options.connectionsPerSecond));
    this.#timer = setInterval(() => {
      for (let due = pacer.due(performance.now()); due > 0; due -= 1) this.#open();
    }, tickMs);
  }

  /** Opens no more connections and cuts those still open. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const request of this.#outstanding) request.destroy();
  }

  /** What happened since the last call; the next window begins. */
  take(): LoadWindow {
    const nowMs = performance.now();
    const window = {
      seconds: (nowMs - this.#windowStartMs) / 1000,
      opened: this.#opened,
      answered: this.#latenciesMs.length,
      failed: this.#failed,
      latencyP50Ms: percentile(this.#latenciesMs, 50),
      latencyP99Ms: percentile(this.#latenciesMs, 99),
    };
    this.#windowStartMs = nowMs;
    this.#opened = 0;
    this.#failed = 0;
    this.#latenciesMs = [];
    return window;
  }

  #open(): void {
    this.#opened += 1;
    const target = this.options.targets[this.#turn % this.options.targets.length];
    this.#turn += 1;
    if (target === undefined || this.#outstanding.size >= this.options.maxOutstanding) {
      this.#failed += 1;
      return;
    }
    const openedAtMs = performance.now();
    this.#request(target).then(
      () => this.#latenciesMs.push(performance.now() - openedAtMs),
      () => (this.#failed += 1),
    );
  }

  /** Resolves when the answer is complete and good. */
  #request({ host, port }: Target): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = get({ host, port, path: '/', agent: false, headers: { connection: 'close' } });
      this.#outstanding.add(request);
      const timer = setTimeout(() => {
        request.destroy(new Error('no answer in time'));
      }, this.options.timeoutMs);
      request.once('close', () => {
        clearTimeout(timer);
        this.#outstanding.delete(request);
        reject(new Error('closed before the answer was complete'));
      });
      request.on('error', reject);
      request.once('response', (response) => {
        response.on('error', reject);
        response.once('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`answered ${String(response.statusCode)}`));
        });
        response.resume();
      });
    });
  }
}
