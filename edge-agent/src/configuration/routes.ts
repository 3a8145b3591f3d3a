import type { EdgeConfiguration, PublishedEndpoint, PublishedLoadBalancer } from '#contracts/edge-configuration.js';
import { canonicalAddress, type ServiceAddress, type SocketAddress } from '../data-plane/service.js';
import { probeTarget, type ProbeTarget } from '../probe/probe-target.js';

/** One address and listener of a load balancer, with where it leads: what one data plane service stands for. */
export interface Route {
  readonly loadBalancer: PublishedLoadBalancer;
  /** The listener's metric label: `tcp-443`, `udp-5000-5999`. */
  readonly listener: string;
  readonly service: ServiceAddress;
  readonly hops: readonly Hop[];
}

/** One endpoint as one listener uses it. */
export interface Hop {
  readonly origin: string;
  /** The endpoint's address as published. */
  readonly endpoint: string;
  readonly socket: SocketAddress;
  /** As published. */
  readonly weight: number;
  /** What it gets when every hop with a weight is down; 0 when it may not serve even then. */
  readonly standbyWeight: number;
  /** It finishes the connections it has, and serves no new ones whatever befalls the others. */
  readonly isDraining: boolean;
  readonly target: ProbeTarget;
}

/** Port of a destination that serves on the port its client came to. */
const SAME_PORT = 0;

type Listener = PublishedLoadBalancer['listeners'][number];

/** Two addresses and two listeners make four routes. */
export function routesOf(configuration: EdgeConfiguration): readonly Route[] {
  return configuration.loadBalancers.flatMap((loadBalancer) =>
    loadBalancer.listeners.flatMap((listener) => {
      const hops = loadBalancer.endpoints.map((endpoint) => hopOf(loadBalancer, listener, endpoint));
      return loadBalancer.addresses.map((address) => ({
        loadBalancer,
        listener: labelOf(listener),
        service: { ...listener, address: canonicalAddress(address) },
        hops,
      }));
    }),
  );
}

function labelOf({ protocol, port, endPort }: Listener): string {
  return `${protocol.toLowerCase()}-${port}${endPort === undefined ? '' : `-${endPort}`}`;
}

function hopOf(loadBalancer: PublishedLoadBalancer, listener: Listener, endpoint: PublishedEndpoint): Hop {
  const address = canonicalAddress(endpoint.address);
  const port = servingPort(loadBalancer, listener, endpoint);
  return {
    origin: endpoint.origin,
    endpoint: endpoint.address,
    socket: { address, port },
    weight: endpoint.weight,
    standbyWeight: endpoint.standbyWeight ?? 0,
    isDraining: endpoint.draining === true,
    // Of a range, its first port speaks for all, unless the health check names one.
    target: probeTarget(loadBalancer, { address, port: port === SAME_PORT ? listener.port : port }),
  };
}

/** Only masquerading rewrites the port: what is sent on as it came arrives at the port that the client asked for. */
function servingPort({ forwarding }: PublishedLoadBalancer, listener: Listener, endpoint: PublishedEndpoint): number {
  if (listener.endPort !== undefined) return SAME_PORT;
  return forwarding.method === 'masquerade' ? (endpoint.port ?? listener.port) : listener.port;
}
