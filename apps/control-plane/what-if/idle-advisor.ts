import type { Advice, Advisor, WhatIfQuestion } from './advisor.js';

/** Ends another advisor's thread when nobody has asked anything for a while; its next answer begins with a new one. */
export class IdleAdvisor implements Advisor {
  #idle: NodeJS.Timeout | null = null;

  constructor(
    private readonly advisor: Advisor,
    private readonly idleMs: number,
  ) {}

  async advise(question: WhatIfQuestion): Promise<Advice> {
    this.#stopWaiting();
    try {
      return await this.advisor.advise(question);
    } finally {
      this.#stopWaiting();
      this.#idle = setTimeout(() => {
        void this.advisor.stop();
      }, this.idleMs);
      this.#idle.unref();
    }
  }

  async stop(): Promise<void> {
    this.#stopWaiting();
    await this.advisor.stop();
  }

  #stopWaiting(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
  }
}
