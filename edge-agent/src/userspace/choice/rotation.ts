import { formatSocket, type Destination, type SocketAddress } from '../../data-plane/service.js';

interface Member {
  readonly destination: Destination;
  /** Connections it is owed (positive) or had in advance (negative), as fractions of one connection. */
  credit: number;
}

/**
 * Smooth weighted round robin, as nginx spreads requests: each turn everyone earns their share of one connection, and
 * the one owed most gets it and pays. Every stretch of the sequence keeps the proportion, so 9 and 1 are never nine in
 * a row out of ninety. Credit is counted in connections, not in weights, so it keeps its meaning when weights change.
 */
export class Rotation {
  readonly #members = new Map<string, Member>();

  get destinations(): readonly Destination[] {
    return [...this.#members.values()].map(({ destination }) => destination);
  }

  /** Adds the destination, or gives it a new weight; its credit stays. */
  set(destination: Destination): void {
    const key = formatSocket(destination);
    this.#members.set(key, { destination, credit: this.#members.get(key)?.credit ?? 0 });
  }

  remove(destination: SocketAddress): void {
    this.#members.delete(formatSocket(destination));
  }

  /** Who takes the next connection; `null` when none that may be chosen has a positive weight. */
  next(mayTake: (destination: Destination) => boolean = () => true): Destination | null {
    const candidates = [...this.#members.values()].filter(
      ({ destination }) => destination.weight > 0 && mayTake(destination),
    );
    const totalWeight = candidates.reduce((sum, { destination }) => sum + destination.weight, 0);
    for (const candidate of candidates) candidate.credit += candidate.destination.weight / totalWeight;
    const [first, ...others] = candidates;
    if (first === undefined) return null;
    const chosen = others.reduce((best, candidate) => (candidate.credit > best.credit ? candidate : best), first);
    chosen.credit -= 1;
    return chosen.destination;
  }
}
