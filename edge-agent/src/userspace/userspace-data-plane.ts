import { systemClock, type Clock } from '../clock.js';
import type {
  Action,
  ActionOutcome,
  ActualService,
  DataPlane,
  DataPlaneTraits,
  HostNeeds,
} from '../data-plane/data-plane.js';
import {
  formatSocket,
  serviceKey,
  type Destination,
  type ServiceAddress,
  type SocketAddress,
} from '../data-plane/service.js';
import { messageOf, type Problem } from '../problem.js';
import { Admission } from './admission.js';
import { Destinations } from './destinations.js';
import type { Forwarder, ForwarderParts } from './forwarder.js';
import { keptAddresses } from './kept-addresses.js';
import { listeningPorts } from './listening-ports.js';
import { TcpForwarder } from './tcp-forwarder.js';
import { UdpForwarder } from './udp-forwarder.js';

export interface UserspaceOptions {
  /** Where the forwarder really listens, by declared address and port; what is not in it binds as declared. */
  readonly listenMap: ReadonlyMap<string, SocketAddress>;
  readonly connectTimeoutMs: number;
  /** How long open connections may finish after `stop`. */
  readonly stopGraceMs: number;
  readonly limits?: Partial<UserspaceLimits>;
  readonly clock?: Pick<Clock, 'monotonicMs'>;
}

export interface UserspaceLimits {
  /** TCP connections open at once, over all services; each takes two sockets. */
  readonly mostConnections: number;
  /** UDP sessions at once, over all services; each takes a socket. */
  readonly mostSessions: number;
  /** Clients that one service remembers the destination of. */
  readonly mostClients: number;
  /** A UDP session that was silent so long has ended. */
  readonly udpIdleMs: number;
}

const LIMITS: UserspaceLimits = {
  mostConnections: 16_384,
  mostSessions: 4_096,
  mostClients: 65_536,
  udpIdleMs: 60_000,
};

/**
 * A forwarder of TCP and UDP in this process, for laptops, demos and containers without IPVS. It picks destinations as
 * the kernel would, but is itself their client: their answers need no way back through the edge, and they never see who
 * asked. That, and the limits below, are told as problems; direct and tunnel forwarding are refused.
 */
export class UserspaceDataPlane implements DataPlane {
  readonly kind = 'userspace';
  readonly traits: DataPlaneTraits = {
    protocols: ['TCP', 'UDP'],
    forwarding: ['masquerade'],
    acrossFamilies: ['masquerade'],
    hasPortRanges: true,
    hasAffinity: true,
    // net.ipv4.ip_local_port_range, 32768 to 60999 unless an operator changed it.
    sourcePorts: { limit: 28_232, usedBy: 'every-service' },
  };
  readonly #forwarders = new Map<string, Forwarder>();
  readonly #listeningAt = new Map<string, readonly SocketAddress[]>();
  readonly #limits: UserspaceLimits;
  readonly #connections: Admission;
  readonly #sessions: Admission;
  #table: readonly ActualService[] = [];

  constructor(private readonly options: UserspaceOptions) {
    this.#limits = { ...LIMITS, ...options.limits };
    this.#connections = new Admission(this.#limits.mostConnections, 'connections');
    this.#sessions = new Admission(this.#limits.mostSessions, 'UDP sessions');
  }

  /** Where a service really listens, port by port; empty when it does not. */
  listeningAt(service: ServiceAddress): readonly SocketAddress[] {
    return this.#listeningAt.get(serviceKey(service)) ?? [];
  }

  prepare({ services }: HostNeeds): Promise<readonly Problem[]> {
    const full = [this.#connections.takeProblem(), this.#sessions.takeProblem()];
    return Promise.resolve([...keptAddresses(services), ...full.filter((problem) => problem !== null)]);
  }

  read(): Promise<readonly ActualService[]> {
    const table = [...this.#forwarders.values()].map(({ destinations }) => destinations.snapshot());
    const isSame = table.length === this.#table.length && table.every((service, at) => service === this.#table[at]);
    if (!isSame) this.#table = table;
    return Promise.resolve(this.#table);
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
    switch (action.kind) {
      case 'add-service':
        return this.#addService(action);
      case 'set-service':
        this.#destinationsOf(action.service).settings = action.settings;
        return;
      case 'remove-service':
        return this.#removeService(action.service);
      case 'add-destination':
        this.#addDestination(action);
        return;
      case 'set-destination':
        this.#setDestination(action);
        return;
      case 'remove-destination':
        this.#forwarders.get(serviceKey(action.service))?.destinations.remove(action.destination);
    }
  }

  async #addService({ service, settings }: Extract<Action, { kind: 'add-service' }>): Promise<void> {
    const key = serviceKey(service);
    const existing = this.#forwarders.get(key);
    if (existing !== undefined) {
      existing.destinations.settings = settings;
      return;
    }
    const clock = this.options.clock ?? systemClock;
    const { mostClients, udpIdleMs } = this.#limits;
    const parts = {
      destinations: new Destinations(service, settings, { mostClients, clock }),
      connectTimeoutMs: this.options.connectTimeoutMs,
      udpIdleMs,
      clock,
    };
    const forwarder = this.#createForwarder(service, parts);
    this.#listeningAt.set(key, await forwarder.listen(listeningPorts(service, this.options.listenMap)));
    this.#forwarders.set(key, forwarder);
  }

  #createForwarder({ protocol }: ServiceAddress, parts: Omit<ForwarderParts, 'admission'>): Forwarder {
    switch (protocol) {
      case 'TCP':
        return new TcpForwarder({ ...parts, admission: this.#connections });
      case 'UDP':
        return new UdpForwarder({ ...parts, admission: this.#sessions });
    }
  }

  #addDestination({ service, destination }: Extract<Action, { kind: 'add-destination' }>): void {
    refuseOtherMethods(destination);
    this.#destinationsOf(service).set(destination);
  }

  #setDestination({ service, destination }: Extract<Action, { kind: 'set-destination' }>): void {
    refuseOtherMethods(destination);
    const destinations = this.#destinationsOf(service);
    if (!destinations.has(destination)) throw new Error(`${serviceKey(service)} has no ${formatSocket(destination)}`);
    destinations.set(destination);
  }

  /** Destinations drain before their service goes, so what is still open here has overstayed. */
  async #removeService(service: ServiceAddress): Promise<void> {
    const forwarder = this.#forwarders.get(serviceKey(service));
    this.#forwarders.delete(serviceKey(service));
    this.#listeningAt.delete(serviceKey(service));
    await forwarder?.close(0);
  }

  #destinationsOf(service: ServiceAddress): Destinations {
    const forwarder = this.#forwarders.get(serviceKey(service));
    if (forwarder === undefined) throw new Error(`there is no service ${serviceKey(service)}`);
    return forwarder.destinations;
  }
}

function refuseOtherMethods({ forwarding }: Destination): void {
  if (forwarding === 'masquerade') return;
  throw new Error(`the userspace forwarder cannot do ${forwarding} forwarding; use masquerade, or the IPVS data plane`);
}
