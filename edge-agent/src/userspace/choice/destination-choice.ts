import type { Clock } from '../../clock.js';
import { formatSocket, type Destination, type ServiceSettings, type SocketAddress } from '../../data-plane/service.js';
import { AffinityTable } from './affinity-table.js';
import { MaglevTable } from './maglev-table.js';
import { Rotation } from './rotation.js';

export interface ChoiceParts {
  /** Connections a destination has now, those that are being opened included. */
  readonly loadOf: (destination: SocketAddress) => number;
  readonly mostClients: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** Picks destinations for one service by its settings, which may change at any time. */
export class DestinationChoice {
  readonly #rotation = new Rotation();
  readonly #maglev = new MaglevTable();
  readonly #affinity: AffinityTable;

  constructor(
    public settings: ServiceSettings,
    private readonly parts: ChoiceParts,
  ) {
    this.#affinity = new AffinityTable(parts.mostClients, parts.clock);
  }

  get destinations(): readonly Destination[] {
    return this.#rotation.destinations;
  }

  /** Adds the destination, or gives it a new weight. */
  set(destination: Destination): void {
    this.#rotation.set(destination);
    this.#maglev.set(destination);
  }

  remove(destination: SocketAddress): void {
    this.#rotation.remove(destination);
    this.#maglev.remove(destination);
  }

  /** `except` has just failed this client. `null` when nobody else has a positive weight. */
  pick(client: SocketAddress, except?: SocketAddress): Destination | null {
    const mayTake = (destination: Destination) => except === undefined || !isSame(destination, except);
    return this.#heldBy(client, mayTake) ?? this.#pickFreely(client, mayTake);
  }

  /** The client's connection goes to this destination; call the answer when it has ended. */
  hold({ address }: SocketAddress, destination: SocketAddress): () => void {
    const { affinitySeconds } = this.settings;
    if (affinitySeconds === null) return () => undefined;
    return this.#affinity.hold(address, formatSocket(destination), affinitySeconds);
  }

  /** A destination with weight 0 holds nobody, as with the kernel's `expire_quiescent_template`. */
  #heldBy({ address }: SocketAddress, mayTake: (destination: Destination) => boolean): Destination | null {
    if (this.settings.affinitySeconds === null) return null;
    const key = this.#affinity.find(address);
    const held = this.destinations.find((destination) => formatSocket(destination) === key);
    return held !== undefined && held.weight > 0 && mayTake(held) ? held : null;
  }

  #pickFreely(client: SocketAddress, mayTake: (destination: Destination) => boolean): Destination | null {
    switch (this.settings.distribution) {
      case 'maglev-5-tuple':
        return this.#maglev.next(client, mayTake);
      case 'maglev-source-ip':
        return this.#maglev.next({ address: client.address, port: 0 }, mayTake);
      case 'weighted-round-robin':
        return this.#rotation.next(mayTake);
      case 'weighted-least-connection':
        return this.#leastLoaded(mayTake);
    }
  }

  /** Fewest connections for its weight; those equal in that take turns, as nginx does it, or the first would get all. */
  #leastLoaded(mayTake: (destination: Destination) => boolean): Destination | null {
    const loads = new Map(this.destinations.map((destination) => [destination, this.#loadOf(destination, mayTake)]));
    const least = Math.min(...loads.values());
    return this.#rotation.next((destination) => mayTake(destination) && loads.get(destination) === least);
  }

  #loadOf(destination: Destination, mayTake: (destination: Destination) => boolean): number {
    if (destination.weight === 0 || !mayTake(destination)) return Infinity;
    return this.parts.loadOf(destination) / destination.weight;
  }
}

function isSame(left: SocketAddress, right: SocketAddress): boolean {
  return left.address === right.address && left.port === right.port;
}
