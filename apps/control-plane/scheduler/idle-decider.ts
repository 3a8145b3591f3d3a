import type { CycleInput } from '#core/decide.js';
import type { Decider, TimedDecision } from './decider.js';

/** Ends another decider's thread when nobody has asked anything for a while; its next decision begins with a new one. */
export class IdleDecider implements Decider {
  #idle: NodeJS.Timeout | null = null;

  constructor(
    private readonly decider: Decider,
    private readonly idleMs: number,
  ) {}

  async decide(input: CycleInput): Promise<TimedDecision> {
    this.#stopWaiting();
    try {
      return await this.decider.decide(input);
    } finally {
      this.#stopWaiting();
      this.#idle = setTimeout(() => {
        void this.decider.stop();
      }, this.idleMs);
      this.#idle.unref();
    }
  }

  async stop(): Promise<void> {
    this.#stopWaiting();
    await this.decider.stop();
  }

  #stopWaiting(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
  }
}
