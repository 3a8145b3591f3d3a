import type { Action, ActionOutcome, ActualService, DataPlane, DataPlaneTraits } from '../data-plane/data-plane.js';
import {
  formatSocket,
  isPortRange,
  serviceKey,
  type ServiceAddress,
  type SocketAddress,
} from '../data-plane/service.js';
import { messageOf, type Problem } from '../problem.js';
import { Forwarder } from './forwarder.js';

export interface UserspaceOptions {
  /** Where the forwarder really listens, by declared address and port; what is not in it binds as declared. */
  readonly listenMap: ReadonlyMap<string, SocketAddress>;
  readonly connectTimeoutMs: number;
  /** How long open connections may finish after `stop`. */
  readonly stopGraceMs: number;
}

/**
 * A TCP forwarder in this process, for laptops, demos and containers without IPVS. Every distribution is served by the
 * same smooth rotation: the weights hold exactly, the affinity of `maglev-source-ip` does not. The destinations always
 * see this host as their client, whatever the source NAT setting.
 */
export class UserspaceDataPlane implements DataPlane {
  readonly kind = 'userspace';
  readonly traits: DataPlaneTraits = {
    protocols: ['TCP'],
    forwarding: ['masquerade'],
    acrossFamilies: ['masquerade'],
    hasPortRanges: false,
    hasAffinity: false,
    // net.ipv4.ip_local_port_range, 32768 to 60999 unless an operator changed it.
    sourcePorts: { limit: 28_232, usedBy: 'every-service' },
  };
  readonly #forwarders = new Map<string, Forwarder>();
  readonly #listeningAt = new Map<string, SocketAddress>();

  constructor(private readonly options: UserspaceOptions) {}

  /** Where a service really listens; `null` when it does not. */
  listeningAt(service: ServiceAddress): SocketAddress | null {
    return this.#listeningAt.get(serviceKey(service)) ?? null;
  }

  prepare(): Promise<readonly Problem[]> {
    return Promise.resolve([]);
  }

  read(): Promise<readonly ActualService[]> {
    return Promise.resolve([...this.#forwarders.values()].map((forwarder) => forwarder.snapshot()));
  }

  async apply(actions: readonly Action[]): Promise<readonly ActionOutcome[]> {
    const outcomes: ActionOutcome[] = [];
    for (const action of actions) {
      const error = await this.#carryOut(action).then(
        () => null,
        (failure: unknown) => messageOf(failure),
      );
      outcomes.push({ action, error });
    }
    return outcomes;
  }

  async stop(): Promise<void> {
    const forwarders = [...this.#forwarders.values()];
    this.#forwarders.clear();
    this.#listeningAt.clear();
    await Promise.all(forwarders.map((forwarder) => forwarder.close(this.options.stopGraceMs)));
  }

  async #carryOut(action: Action): Promise<void> {
    const lack = this.#lackFor(action);
    if (lack !== null) throw new Error(`this data plane has no ${lack}`);
    switch (action.kind) {
      case 'add-service':
        return this.#addService(action);
      case 'set-service':
        this.#forwarderOf(action.service).settings = action.settings;
        return;
      case 'remove-service':
        return this.#removeService(action.service);
      case 'add-destination':
        this.#forwarderOf(action.service).rotation.set(action.destination);
        return;
      case 'set-destination':
        this.#setDestination(action);
        return;
      case 'remove-destination':
        this.#forwarders.get(serviceKey(action.service))?.removeDestination(action.destination);
    }
  }

  #lackFor(action: Action): string | null {
    const { protocols, forwarding } = this.traits;
    if (!protocols.includes(action.service.protocol)) return action.service.protocol;
    if (isPortRange(action.service)) return 'port ranges';
    if (action.kind !== 'add-destination' && action.kind !== 'set-destination') return null;
    return forwarding.includes(action.destination.forwarding) ? null : `${action.destination.forwarding} forwarding`;
  }

  async #addService({ service, settings }: Extract<Action, { kind: 'add-service' }>): Promise<void> {
    const key = serviceKey(service);
    const existing = this.#forwarders.get(key);
    if (existing !== undefined) {
      existing.settings = settings;
      return;
    }
    const { protocol, address, port } = service;
    const forwarder = new Forwarder({ protocol, address, port }, settings, this.options.connectTimeoutMs);
    const where = this.options.listenMap.get(formatSocket(service)) ?? { address, port };
    this.#listeningAt.set(key, await forwarder.listen(where));
    this.#forwarders.set(key, forwarder);
  }

  #setDestination({ service, destination }: Extract<Action, { kind: 'set-destination' }>): void {
    const { rotation } = this.#forwarderOf(service);
    if (!rotation.has(destination)) throw new Error(`${serviceKey(service)} has no ${formatSocket(destination)}`);
    rotation.set(destination);
  }

  /** Destinations drain before their service goes, so what is still open here has overstayed. */
  async #removeService(service: ServiceAddress): Promise<void> {
    const forwarder = this.#forwarders.get(serviceKey(service));
    this.#forwarders.delete(serviceKey(service));
    this.#listeningAt.delete(serviceKey(service));
    await forwarder?.close(0);
  }

  #forwarderOf(service: ServiceAddress): Forwarder {
    const forwarder = this.#forwarders.get(serviceKey(service));
    if (forwarder === undefined) throw new Error(`there is no service ${serviceKey(service)}`);
    return forwarder;
  }
}
