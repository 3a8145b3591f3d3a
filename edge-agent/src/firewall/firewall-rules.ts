import {
  serviceKey,
  type Destination,
  type Protocol,
  type Service,
  type ServiceAddress,
} from '../data-plane/service.js';

/** All that Weir wants of the host's firewall, whichever program writes it. */
export interface FirewallRules {
  /** Packets to these ports get a mark. */
  readonly marks: readonly MarkRule[];
  /** Connections to these ports get the edge's own address as their source. */
  readonly sourceNat: readonly PortRange[];
}

export interface MarkRule {
  readonly service: ServiceAddress;
  readonly mark: number;
}

/** Ports of one address; `endPort` is left out where there is one. */
export interface PortRange {
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
  readonly endPort?: number | undefined;
}

/** One rule for each range and each destination, in a stable order. */
export function firewallRules(services: readonly Service[], marks: readonly MarkRule[]): FirewallRules {
  const destinations = new Map(
    services
      .filter(({ sourceNat }) => sourceNat)
      .flatMap((service) => service.destinations.map((each) => portsOf(service, each)))
      .map((range) => [serviceKey(range), range] as const),
  );
  return { marks, sourceNat: [...destinations.values()] };
}

/** IPVS has rewritten the packet's destination before source NAT sees it. Of a range, the port is the client's own. */
function portsOf({ protocol, port, endPort }: Service, destination: Destination): PortRange {
  if (endPort === undefined) return { protocol, address: destination.address, port: destination.port };
  return { protocol, address: destination.address, port, endPort };
}

export function isEmpty({ marks, sourceNat }: FirewallRules): boolean {
  return marks.length === 0 && sourceNat.length === 0;
}
