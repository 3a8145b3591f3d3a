import type { ReplicaListener, SharedChange } from '#core/ports/replica-link.js';

/** Writes down all that a link tells. */
export class ReplicaLog implements ReplicaListener {
  readonly events: string[] = [];

  connected(): void {
    this.events.push('connected');
  }

  changed(change: SharedChange): void {
    this.events.push(change);
  }

  elected(): void {
    this.events.push('elected');
  }

  deposed(): void {
    this.events.push('deposed');
  }

  disconnected(): void {
    this.events.push('disconnected');
  }
}
