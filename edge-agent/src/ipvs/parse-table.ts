import type { ActualDestination, ActualService, Counters } from '../data-plane/data-plane.js';
import {
  formatSocket,
  type ForwardingMethod,
  type ServiceAddress,
  type ServiceSettings,
  type SocketAddress,
} from '../data-plane/service.js';
import { distributionOf } from './scheduler.js';
import {
  listedServices,
  nameKey,
  UnreadableTable,
  type ListedDestination,
  type ListedName,
  type ListedService,
} from './table-listing.js';

export interface Table {
  readonly services: readonly ActualService[];
  /** Marks that stand for no range of ours. */
  readonly foreignMarks: ReadonlySet<number>;
}

/** The range of ports that a firewall mark of one family stands for; `undefined` for other people's marks. */
export type RangeOf = (mark: number, isIPv6: boolean) => ServiceAddress | undefined;

/** The whole table of TCP and UDP services from `ipvsadm -Ln` and `ipvsadm -Ln --stats --exact`. */
export function parseTable(listing: string, statistics: string, rangeOf: RangeOf): Table {
  const counters = parseStatistics(statistics);
  const services: ActualService[] = [];
  const foreignMarks = new Set<number>();
  for (const listed of listedServices(listing)) {
    const address = addressOfListed(listed.name, rangeOf);
    if (address !== undefined) services.push(actualService(address, listed, counters));
    else if (listed.name.kind === 'mark') foreignMarks.add(listed.name.mark);
  }
  return { services, foreignMarks };
}

function addressOfListed(name: ListedName, rangeOf: RangeOf): ServiceAddress | undefined {
  return name.kind === 'socket' ? name.service : rangeOf(name.mark, name.isIPv6);
}

function actualService(
  address: ServiceAddress,
  { name, fields, destinations }: ListedService,
  counters: ReadonlyMap<string, Counters>,
): ActualService {
  return {
    ...address,
    settings: parseSettings(fields),
    counters: counters.get(nameKey(name)) ?? NO_COUNTERS,
    destinations: destinations.map((each) => ({
      counters: counters.get(destinationId(name, each.socket)) ?? NO_COUNTERS,
      ...parseDestination(each),
    })),
  };
}

/** An entry made between the two listings. */
const NO_COUNTERS: Counters = { connections: 0 };

const FORWARDING_WORDS = new Map<string, ForwardingMethod>([
  ['Masq', 'masquerade'],
  ['Route', 'direct'],
  ['Local', 'direct'],
  ['Tunnel', 'tunnel'],
]);

/**
 * `mh (mh-fallback,mh-port)`, `wlc persistent 300`. Anything else (a persistence mask, a persistence engine, one-packet
 * scheduling) is nothing Weir sets; `ipvsadm` prints a mask only where it is not that of a single address.
 */
function parseSettings([name = '', ...rest]: readonly string[]): ServiceSettings | null {
  const { flags, options } = cutFlags(rest);
  const [persistent, seconds, ...others] = options;
  const distribution = distributionOf({ name, flags });
  if (distribution === null || others.length > 0) return null;
  if (persistent === undefined) return { distribution, affinitySeconds: null };
  const affinitySeconds = Number(seconds);
  return persistent === 'persistent' && isCount(affinitySeconds) ? { distribution, affinitySeconds } : null;
}

function cutFlags(fields: readonly string[]): { flags: readonly string[]; options: readonly string[] } {
  const [first = '', ...rest] = fields;
  if (!/^\(.*\)$/.test(first)) return { flags: [], options: fields };
  return { flags: first.slice(1, -1).split(','), options: rest };
}

/** Weights are signed in the kernel, and other people's programs use that. */
function parseDestination({ socket, fields }: ListedDestination): Omit<ActualDestination, 'counters'> {
  const [word = '', ...figures] = fields;
  const forwarding = FORWARDING_WORDS.get(word);
  const [weight = Number.NaN, activeConnections = -1, inactiveConnections = -1] = figures.map(Number);
  if (forwarding === undefined || !Number.isInteger(weight)) throw new UnreadableTable(lineOf(socket, fields));
  if (!isCount(activeConnections) || !isCount(inactiveConnections)) throw new UnreadableTable(lineOf(socket, fields));
  // The socket last: Node 20 takes forty times as long for an object that gets more after a spread.
  return { forwarding, weight, activeConnections, inactiveConnections, ...socket };
}

/** By the names of services and destinations. */
function parseStatistics(statistics: string): ReadonlyMap<string, Counters> {
  return new Map(
    listedServices(statistics).flatMap(({ name, fields, destinations }) => [
      [nameKey(name), parseCounters(nameKey(name), fields)] as const,
      ...destinations.map(
        (each) =>
          [destinationId(name, each.socket), parseCounters(lineOf(each.socket, each.fields), each.fields)] as const,
      ),
    ]),
  );
}

function parseCounters(line: string, fields: readonly string[]): Counters {
  const [connections = -1, packetsIn = -1, packetsOut = -1, bytesIn = -1, bytesOut = -1] = fields.map(Number);
  const counters = { connections, packetsIn, packetsOut, bytesIn, bytesOut };
  if (!Object.values(counters).every(isCount)) throw new UnreadableTable(line);
  return counters;
}

/** Bytes of a fast edge pass 2^53 within weeks; from there on the last digits are lost, and no more. */
function isCount(figure: number): boolean {
  return Number.isInteger(figure) && figure >= 0;
}

function destinationId(name: ListedName, socket: SocketAddress): string {
  return `${nameKey(name)} -> ${formatSocket(socket)}`;
}

function lineOf(socket: SocketAddress, fields: readonly string[]): string {
  return [formatSocket(socket), ...fields].join(' ');
}
