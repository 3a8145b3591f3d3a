import { formatSocket, type Destination, type SocketAddress } from '../data-plane/service.js';

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
  #members: Member[] = [];

  get destinations(): readonly Destination[] {
    return this.#members.map((member) => member.destination);
  }

  /** Adds the destination, or gives it a new weight; its credit stays. */
  set(destination: Destination): void {
    const index = this.#indexOf(destination);
    if (index === -1) this.#members.push({ destination, credit: 0 });
    else this.#members[index] = { destination, credit: this.#members[index]?.credit ?? 0 };
  }

  has(destination: SocketAddress): boolean {
    return this.#indexOf(destination) !== -1;
  }

  remove(destination: SocketAddress): void {
    this.#members = this.#members.filter((member) => !isSame(member.destination, destination));
  }

  /** Who takes the next connection; `null` when no destination other than `except` has a positive weight. */
  next(except?: SocketAddress): Destination | null {
    const candidates = this.#members.filter(
      ({ destination }) => destination.weight > 0 && (except === undefined || !isSame(destination, except)),
    );
    const totalWeight = candidates.reduce((sum, { destination }) => sum + destination.weight, 0);
    for (const candidate of candidates) candidate.credit += candidate.destination.weight / totalWeight;
    const [first, ...others] = candidates;
    if (first === undefined) return null;
    const chosen = others.reduce((best, candidate) => (candidate.credit > best.credit ? candidate : best), first);
    chosen.credit -= 1;
    return chosen.destination;
  }

  #indexOf(destination: SocketAddress): number {
    return this.#members.findIndex((member) => isSame(member.destination, destination));
  }
}

function isSame(left: SocketAddress, right: SocketAddress): boolean {
  return formatSocket(left) === formatSocket(right);
}
