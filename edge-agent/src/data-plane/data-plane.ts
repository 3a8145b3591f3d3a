import type { Problem } from '../problem.js';
import type {
  Destination,
  ForwardingMethod,
  Protocol,
  Service,
  ServiceAddress,
  ServiceSettings,
  SocketAddress,
} from './service.js';

/**
 * Whatever forwards connections: the kernel's IPVS table, or the userspace forwarder.
 *
 * Obligations:
 * - every call ends within a time-out of its own;
 * - `prepare` makes the host ready before services take traffic (addresses, source NAT). It is idempotent,
 *   never rejects, and answers what it could not do;
 * - `read` gives the whole table, other people's services included, or rejects: never a part of it. What was given never
 *   changes afterwards, and is given again, the same list, when nothing has changed;
 * - `apply` carries the actions out in their order and answers one outcome for each, in that order. A failed action does
 *   not stop the rest. An action succeeded when what it asks for holds afterwards, so repeating one does no harm.
 *   It touches nothing that the actions do not name;
 * - a new weight never touches an established connection;
 * - calls are not made side by side.
 */
export interface DataPlane {
  readonly kind: 'userspace' | 'ipvs';
  readonly traits: DataPlaneTraits;
  prepare(needs: HostNeeds): Promise<readonly Problem[]>;
  read(): Promise<readonly ActualService[]>;
  apply(actions: readonly Action[]): Promise<readonly ActionOutcome[]>;
  /** What lives in this process ends; what lives in the kernel goes on. */
  stop(): Promise<void>;
}

/** What a data plane can do. What it cannot is told as a problem of the load balancer that asks for it. */
export interface DataPlaneTraits {
  readonly protocols: readonly Protocol[];
  readonly forwarding: readonly ForwardingMethod[];
  /** Methods by which an IPv6 service may have IPv4 destinations, and the reverse. */
  readonly acrossFamilies: readonly ForwardingMethod[];
  readonly hasPortRanges: boolean;
  readonly hasAffinity: boolean;
  readonly sourcePorts: SourcePorts;
}

/** Where the edge's own address takes the client's place, each connection takes up one of its ports. */
export interface SourcePorts {
  /** How many connections one address can have towards one port of a destination. */
  readonly limit: number;
  readonly usedBy: 'source-nat' | 'every-service';
}

/** What the host must be ready for. */
export interface HostNeeds {
  /** With the destinations that are wanted, and those that are still finishing their connections. */
  readonly services: readonly Service[];
  /** No longer wanted, but still finishing their connections: they need their addresses until they are gone. */
  readonly departing: readonly ServiceAddress[];
}

/** A service as the data plane has it. */
export interface ActualService extends ServiceAddress {
  /** `null` when it is set up in a way that is none of ours. */
  readonly settings: ServiceSettings | null;
  readonly counters: Counters;
  readonly destinations: readonly ActualDestination[];
}

export interface ActualDestination extends Destination {
  /** Established. */
  readonly activeConnections: number;
  /** Opening, half-closed or lingering: no load, but removing the destination would cut them. */
  readonly inactiveConnections: number;
  readonly counters: Counters;
}

/** Totals since the entry was made. A data plane leaves out what it does not count. In: from clients. Out: to them. */
export type Counters = Readonly<Record<'connections', number> & Partial<Record<TrafficCounter, number>>>;
export type TrafficCounter = 'bytesIn' | 'bytesOut' | 'packetsIn' | 'packetsOut';

export type Action =
  | { readonly kind: 'add-service'; readonly service: ServiceAddress; readonly settings: ServiceSettings }
  | { readonly kind: 'set-service'; readonly service: ServiceAddress; readonly settings: ServiceSettings }
  | { readonly kind: 'remove-service'; readonly service: ServiceAddress }
  | { readonly kind: 'add-destination'; readonly service: ServiceAddress; readonly destination: Destination }
  | { readonly kind: 'set-destination'; readonly service: ServiceAddress; readonly destination: Destination }
  /** Cuts the connections the destination still has. */
  | { readonly kind: 'remove-destination'; readonly service: ServiceAddress; readonly destination: SocketAddress };

export interface ActionOutcome {
  readonly action: Action;
  /** `null` when it succeeded. */
  readonly error: string | null;
}
