import type { ReplicaLink, ReplicaListener } from '#core/ports/replica-link.js';

/** The link of a control plane that has its database for itself: it leads, and there is nobody to hear of. */
export class SoleReplicaLink implements ReplicaLink {
  #listener: ReplicaListener | null = null;

  start(listener: ReplicaListener): Promise<void> {
    this.#listener = listener;
    listener.connected();
    listener.elected();
    return Promise.resolve();
  }

  wantCycle(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#listener?.deposed();
    this.#listener?.disconnected('stopped');
    this.#listener = null;
    return Promise.resolve();
  }
}
