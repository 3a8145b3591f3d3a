import type { Clock } from '../../clock.js';

interface Entry {
  readonly destination: string;
  /** Connections of this client that are open: while there are any, it comes back to where they are. */
  open: number;
  /** Once none is open. */
  expiresMs: number;
}

/**
 * Which destination each client had, as long as it counts: while the client has connections, and for a time after. When
 * there are more clients than it may remember, those that have not come for longest are forgotten.
 */
export class AffinityTable {
  /** In the order in which clients last came. */
  readonly #entries = new Map<string, Entry>();

  constructor(
    private readonly mostClients: number,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {}

  get size(): number {
    return this.#entries.size;
  }

  /** The key of the destination the client had; `null` when it may go anywhere. */
  find(client: string): string | null {
    const entry = this.#entries.get(client);
    if (entry === undefined) return null;
    if (entry.open > 0 || this.clock.monotonicMs() < entry.expiresMs) return entry.destination;
    this.#entries.delete(client);
    return null;
  }

  /** The client goes there, and comes back there for so long after the connection has ended: when the answer is called. */
  hold(client: string, destination: string, seconds: number): () => void {
    const before = this.#entries.get(client);
    const entry = before?.destination === destination ? before : { destination, open: 0, expiresMs: 0 };
    entry.open += 1;
    this.#entries.delete(client);
    this.#entries.set(client, entry);
    this.#forget();
    return () => {
      entry.open -= 1;
      entry.expiresMs = this.clock.monotonicMs() + seconds * 1_000;
    };
  }

  #forget(): void {
    for (const client of this.#entries.keys()) {
      if (this.#entries.size <= this.mostClients) return;
      this.#entries.delete(client);
    }
  }
}
