import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { PublishedLoadBalancer } from '#contracts/edge-configuration.js';

/** What the data plane forwards, in words that neither IPVS nor the userspace forwarder own. */
export interface Service extends ServiceAddress {
  readonly settings: ServiceSettings;
  /** The forwarder's own address replaces the client's towards the destinations. */
  readonly sourceNat: boolean;
  readonly destinations: readonly Destination[];
}

/** Identifies a service: no two share all of it. */
export interface ServiceAddress extends SocketAddress {
  readonly protocol: Protocol;
  /** Last port of a range that begins at `port`; left out where there is one port. */
  readonly endPort?: number | undefined;
}

/** How a service picks destinations. */
export interface ServiceSettings {
  readonly distribution: Distribution;
  /** How long a client keeps coming to the destination it had; `null` where each connection is free. */
  readonly affinitySeconds: number | null;
}

export type Protocol = PublishedLoadBalancer['listeners'][number]['protocol'];

/** Of a range of ports, a destination has port 0: the one that the client came to. */
export interface Destination extends SocketAddress {
  /** 0 takes no new connections and keeps those it has. */
  readonly weight: number;
  readonly forwarding: ForwardingMethod;
}

export interface SocketAddress {
  /** IPv4 or IPv6 in its canonical spelling. */
  readonly address: string;
  readonly port: number;
}

export type Distribution = PublishedLoadBalancer['distribution'];
export type ForwardingMethod = PublishedLoadBalancer['forwarding']['method'];

/** `203.0.113.10:443`, `[2001:db8::10]:443`. */
export function formatSocket({ address, port }: SocketAddress): string {
  // Node's own test is a long regular expression, and this runs for every destination of every reading.
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Reads what formatSocket writes, in any spelling of the address; `null` for anything else. */
export function parseSocket(text: string): SocketAddress | null {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const address = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (address === undefined || !ipaddr.isValid(address) || port > 65_535) return null;
  return { address: canonicalAddress(address), port };
}

/** One spelling for each address (RFC 5952 for IPv6); what is no address stays as it is. */
export function canonicalAddress(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.toRFC5952String() : parsed.toString();
}

/** `TCP 203.0.113.10:443`, `UDP [2001:db8::10]:5000-5999`. */
export function serviceKey(service: ServiceAddress): string {
  const range = service.endPort === undefined ? '' : `-${service.endPort}`;
  return `${service.protocol} ${formatSocket(service)}${range}`;
}

export function isSameSettings(left: ServiceSettings, right: ServiceSettings | null | undefined): boolean {
  return left.distribution === right?.distribution && left.affinitySeconds === right.affinitySeconds;
}

export function destinationKey(service: ServiceAddress, destination: SocketAddress): string {
  return `${serviceKey(service)} -> ${formatSocket(destination)}`;
}

/** Whether clients reach the service on more than one port. */
export function isPortRange({ endPort }: ServiceAddress): boolean {
  return endPort !== undefined;
}

/** Without whatever else the object carries. */
export function addressOf({ protocol, address, port, endPort }: ServiceAddress): ServiceAddress {
  return { protocol, address, port, ...(endPort !== undefined && { endPort }) };
}

export function isSameFamily(left: SocketAddress, right: SocketAddress): boolean {
  return isIPv6(left.address) === isIPv6(right.address);
}
