import {
  parseSocket,
  serviceKey,
  type Protocol,
  type ServiceAddress,
  type SocketAddress,
} from '../data-plane/service.js';

/** How `ipvsadm` names a service: by protocol and socket, or by firewall mark and family. */
export type ListedName =
  | { readonly kind: 'socket'; readonly service: ServiceAddress }
  | { readonly kind: 'mark'; readonly mark: number; readonly isIPv6: boolean };

/** One service's lines in any listing of `ipvsadm`, cut at blanks. */
export interface ListedService {
  readonly name: ListedName;
  /** What follows the name. */
  readonly fields: readonly string[];
  readonly destinations: readonly ListedDestination[];
}

export interface ListedDestination {
  readonly socket: SocketAddress;
  /** What follows the address. */
  readonly fields: readonly string[];
}

/** `ipvsadm` printed something this parser does not know. Half a table would look like a drift to be repaired. */
export class UnreadableTable extends Error {
  override readonly name = 'UnreadableTable';

  constructor(line: string) {
    super(`cannot make sense of this line of ipvsadm: ${JSON.stringify(line)}`);
  }
}

const HEADINGS = ['IP Virtual Server', 'Prot LocalAddress:Port', '  -> RemoteAddress:Port'];
const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ['TCP', 'TCP'],
  ['UDP', 'UDP'],
]);

/** The services that may be ours. SCTP is never, and cannot stand in the way of anything that is: it is left out. */
export function listedServices(output: string): readonly ListedService[] {
  const services: (ListedService & { destinations: ListedDestination[] })[] = [];
  let isSkipping = false;
  for (const line of output.split('\n')) {
    if (line.trim() === '' || HEADINGS.some((heading) => line.startsWith(heading))) continue;
    const fields = line.trim().split(/\s+/);
    if (line.startsWith('  -> ')) {
      const service = services.at(-1);
      if (!isSkipping && service === undefined) throw new UnreadableTable(line);
      if (!isSkipping) service?.destinations.push(listedDestination(line, fields.slice(1)));
      continue;
    }
    isSkipping = fields[0] === 'SCTP';
    if (!isSkipping) services.push({ ...listedService(line, fields), destinations: [] });
  }
  return services;
}

/** The mark 8 of IPv4 and that of IPv6 are two services. */
export function nameKey(name: ListedName): string {
  return name.kind === 'socket' ? serviceKey(name.service) : `FWM ${name.mark}${name.isIPv6 ? ' IPv6' : ''}`;
}

function listedService(line: string, [kind = '', name = '', ...rest]: readonly string[]) {
  if (kind === 'FWM') return listedMark(line, name, rest);
  const protocol = PROTOCOLS.get(kind);
  const socket = parseSocket(name);
  if (protocol === undefined || socket === null) throw new UnreadableTable(line);
  return { name: { kind: 'socket', service: { protocol, ...socket } } as const, fields: rest };
}

function listedMark(line: string, text: string, rest: readonly string[]) {
  const mark = Number(text);
  if (!Number.isInteger(mark)) throw new UnreadableTable(line);
  const isForIPv6 = rest[0] === 'IPv6';
  return {
    // Printed as a signed number.
    name: { kind: 'mark', mark: mark < 0 ? mark + 2 ** 32 : mark, isIPv6: isForIPv6 } as const,
    fields: isForIPv6 ? rest.slice(1) : rest,
  };
}

function listedDestination(line: string, [name = '', ...fields]: readonly string[]): ListedDestination {
  const socket = parseSocket(name);
  if (socket === null) throw new UnreadableTable(line);
  return { socket, fields };
}
