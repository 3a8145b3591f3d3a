import { setTimeout as pause } from 'node:timers/promises';

/** What a control plane does while it leads. */
export interface Office {
  /** Reads what was decided before and begins a term; may reject, and is then tried again. */
  take(): Promise<void>;
  /** Resolves when nothing is under way any more. */
  leave(): Promise<void>;
}

const RETRY_MS = 500;

/**
 * Follows elections: takes office when this control plane is elected and leaves it when it is deposed, one after the other
 * however fast they come.
 */
export class Leadership {
  #isElected = false;
  #isInOffice = false;
  #settled: Promise<void> = Promise.resolve();

  constructor(private readonly office: Office) {}

  /** Whether this control plane is in office. */
  get isLeading(): boolean {
    return this.#isInOffice && this.#isElected;
  }

  elected(): void {
    this.#follow(true);
  }

  deposed(): void {
    this.#follow(false);
  }

  /** Resolves when the last election has taken effect. */
  settled(): Promise<void> {
    return this.#settled;
  }

  #follow(isElected: boolean): void {
    this.#isElected = isElected;
    this.#settled = this.#settled.then(() => this.#settle());
  }

  async #settle(): Promise<void> {
    if (!this.#isElected && this.#isInOffice) {
      await this.office.leave();
      this.#isInOffice = false;
    }
    while (this.#isElected && !this.#isInOffice) {
      this.#isInOffice = await this.office.take().then(
        () => true,
        () => false,
      );
      if (!this.#isInOffice) await pause(RETRY_MS, undefined, { ref: false });
    }
  }
}
