import type { Destination } from '../data-plane/service.js';

/** What one destination, or a whole service, has taken. */
export interface Account {
  connections: number;
  bytesIn: number;
  bytesOut: number;
  readonly passages: Set<Passage>;
}

interface PassageParts {
  readonly account: Account;
  readonly total: Account;
  readonly cut: () => void;
  readonly release: () => void;
}

/** One client's way to one destination, from the attempt to connect until both sides have ended. */
export class Passage {
  #isEstablished = false;
  #hasEnded = false;

  constructor(
    readonly destination: Destination,
    private readonly parts: PassageParts,
  ) {
    parts.account.passages.add(this);
  }

  get isEstablished(): boolean {
    return this.#isEstablished;
  }

  /** The destination was removed, perhaps while it was being connected to. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  establish(): void {
    this.#isEstablished = true;
    this.parts.account.connections += 1;
  }

  countIn(bytes: number): void {
    this.parts.account.bytesIn += bytes;
    this.parts.total.bytesIn += bytes;
  }

  countOut(bytes: number): void {
    this.parts.account.bytesOut += bytes;
    this.parts.total.bytesOut += bytes;
  }

  /** Ends it from here: the client is cut off, unless it is still being connected and may yet go elsewhere. */
  cut(): void {
    this.end();
    if (this.#isEstablished) this.parts.cut();
  }

  /** Both sides have ended, or the destination did not take it. Harmless when it has ended already. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.parts.account.passages.delete(this);
    this.parts.release();
  }
}
