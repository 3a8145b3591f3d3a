import type { ActualDestination, ActualService, Counters } from '../data-plane/data-plane.js';
import {
  parseSocket,
  serviceKey,
  type ForwardingMethod,
  type ServiceAddress,
  type ServiceSettings,
} from '../data-plane/service.js';
import { distributionOf } from './scheduler.js';

/** One service's lines as `ipvsadm` prints them in every listing: the service, then its destinations, cut at blanks. */
interface Block {
  readonly service: ServiceAddress;
  /** What follows the service's address. */
  readonly fields: readonly string[];
  readonly destinations: readonly (readonly string[])[];
}

/** `ipvsadm` printed something this parser does not know. Half a table would look like a drift to be repaired. */
export class UnreadableTable extends Error {
  override readonly name = 'UnreadableTable';

  constructor(line: string) {
    super(`cannot make sense of this line of ipvsadm: ${JSON.stringify(line)}`);
  }
}

/**
 * The whole table of TCP services from `ipvsadm -Ln` and `ipvsadm -Ln --stats --exact`. UDP, SCTP and firewall mark
 * services are left out: they are never ours and cannot stand in the way of a TCP service.
 */
export function parseTable(listing: string, statistics: string): readonly ActualService[] {
  const counters = parseStatistics(statistics);
  return blocksOf(listing).map(({ service, fields, destinations }) => ({
    ...service,
    settings: parseSettings(fields),
    counters: counters.get(serviceKey(service)) ?? NO_COUNTERS,
    destinations: destinations.map((line) => parseDestination(service, line, counters)),
  }));
}

/** An entry made between the two listings. */
const NO_COUNTERS: Counters = { connections: 0 };

const FORWARDING_WORDS = new Map<string, ForwardingMethod>([
  ['Masq', 'masquerade'],
  ['Route', 'direct'],
  ['Local', 'direct'],
  ['Tunnel', 'tunnel'],
]);

/** `mh (mh-fallback,mh-port)`, `wlc`. Anything after it (persistence, one-packet scheduling) is nothing Weir sets. */
function parseSettings([name = '', flags, ...rest]: readonly string[]): ServiceSettings | null {
  const isBare = flags === undefined;
  if (rest.length > 0 || !(isBare || /^\(.*\)$/.test(flags))) return null;
  const distribution = distributionOf({ name, flags: isBare ? [] : flags.slice(1, -1).split(',') });
  return distribution === null ? null : { distribution, affinitySeconds: null };
}

function parseDestination(
  service: ServiceAddress,
  fields: readonly string[],
  counters: ReadonlyMap<string, Counters>,
): ActualDestination {
  const [name = '', word = ''] = fields;
  const socket = parseSocket(name);
  const forwarding = FORWARDING_WORDS.get(word);
  const [weight, activeConnections, inactiveConnections] = fields.slice(2).map(Number);
  if (socket === null || forwarding === undefined) throw new UnreadableTable(fields.join(' '));
  if (!areCounts(weight, activeConnections, inactiveConnections)) throw new UnreadableTable(fields.join(' '));
  return {
    ...socket,
    forwarding,
    weight: Number(weight),
    activeConnections: Number(activeConnections),
    inactiveConnections: Number(inactiveConnections),
    counters: counters.get(`${serviceKey(service)} ${name}`) ?? NO_COUNTERS,
  };
}

/** By service key, and for destinations by service key and the address as printed. */
function parseStatistics(statistics: string): ReadonlyMap<string, Counters> {
  return new Map(
    blocksOf(statistics).flatMap(({ service, fields, destinations }) => [
      [serviceKey(service), parseCounters(fields)] as const,
      ...destinations.map(
        ([name = '', ...figures]) => [`${serviceKey(service)} ${name}`, parseCounters(figures)] as const,
      ),
    ]),
  );
}

function parseCounters(fields: readonly string[]): Counters {
  const [connections, packetsIn, packetsOut, bytesIn, bytesOut] = fields.map(Number);
  if (!areCounts(connections, packetsIn, packetsOut, bytesIn, bytesOut)) throw new UnreadableTable(fields.join(' '));
  return {
    connections: Number(connections),
    packetsIn: Number(packetsIn),
    packetsOut: Number(packetsOut),
    bytesIn: Number(bytesIn),
    bytesOut: Number(bytesOut),
  };
}

function areCounts(...figures: readonly (number | undefined)[]): boolean {
  return figures.every((figure) => Number.isSafeInteger(figure) && Number(figure) >= 0);
}

const HEADINGS = ['IP Virtual Server', 'Prot LocalAddress:Port', '  -> RemoteAddress:Port'];
const OTHER_KINDS = /^(UDP|SCTP|FWM) /;

function blocksOf(output: string): readonly Block[] {
  const blocks: (Block & { destinations: string[][] })[] = [];
  let isSkipping = false;
  for (const line of output.split('\n')) {
    if (line.trim() === '' || HEADINGS.some((heading) => line.startsWith(heading))) continue;
    const fields = line.trim().split(/\s+/);
    if (line.startsWith('  -> ')) {
      const block = blocks.at(-1);
      if (!isSkipping && block === undefined) throw new UnreadableTable(line);
      if (!isSkipping) block?.destinations.push(fields.slice(1));
      continue;
    }
    isSkipping = OTHER_KINDS.test(line);
    if (!isSkipping) blocks.push({ service: parseService(line, fields), fields: fields.slice(2), destinations: [] });
  }
  return blocks;
}

function parseService(line: string, [protocol, name = '']: readonly string[]): ServiceAddress {
  const socket = parseSocket(name);
  if (protocol !== 'TCP' || socket === null) throw new UnreadableTable(line);
  return { protocol, ...socket };
}
