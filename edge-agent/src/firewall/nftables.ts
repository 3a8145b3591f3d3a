import { isIPv6 } from 'node:net';
import { canonicalAddress, type Protocol } from '../data-plane/service.js';
import { runSuccessfully, type RunCommand } from '../process/run-command.js';
import { isEmpty, type FirewallRules, type MarkRule, type PortRange } from './firewall-rules.js';
import type { FirewallProgram } from './firewall-program.js';

const TABLE = 'inet weir';

/** nftables with a table of its own for both families, replaced as a whole by one transaction. */
export class Nftables implements FirewallProgram {
  readonly name = 'nft';

  constructor(private readonly run: RunCommand) {}

  async replace(rules: FirewallRules): Promise<void> {
    await runSuccessfully(this.run, 'nft', ['-f', '-'], renderTable(rules));
  }

  /** A host that has no such table keeps its firewall as it is. */
  async clear(): Promise<void> {
    if ((await this.#listing()) !== null) await this.replace({ marks: [], sourceNat: [] });
  }

  async marks(): Promise<readonly MarkRule[]> {
    return parseMarks((await this.#listing()) ?? '');
  }

  /** `null` where there is no such table, or no nftables at all. */
  #listing(): Promise<string | null> {
    return this.run('nft', ['list', 'table', ...TABLE.split(' ')]).then(
      ({ exitCode, stdout }) => (exitCode === 0 ? stdout : null),
      () => null,
    );
  }
}

/** Naming the table before its removal makes the removal succeed on a host that has none yet. */
export function renderTable(rules: FirewallRules): string {
  const removal = [`table ${TABLE}`, `delete table ${TABLE}`];
  return [...removal, ...(isEmpty(rules) ? [] : tableLines(rules)), ''].join('\n');
}

function tableLines({ marks, sourceNat }: FirewallRules): readonly string[] {
  return [
    `table ${TABLE} {`,
    ...chainLines('marks', 'type filter hook prerouting priority mangle', marks.map(markLine)),
    ...chainLines('source-nat', 'type nat hook postrouting priority srcnat', sourceNatLines(sourceNat)),
    '}',
  ];
}

function chainLines(name: string, place: string, rules: readonly string[]): readonly string[] {
  if (rules.length === 0) return [];
  return [`  chain ${name} {`, `    ${place}; policy accept;`, ...rules.map((rule) => `    ${rule}`), '  }'];
}

function markLine({ service, mark }: MarkRule): string {
  return `${portMatch(service)} meta mark set 0x${mark.toString(16)}`;
}

/**
 * One look into a set decides for all single ports, however many destinations there are. Ranges are rules of their own:
 * the kernel refuses a set in which one overlaps another.
 */
function sourceNatLines(ranges: readonly PortRange[]): readonly string[] {
  const isSingle = ({ endPort }: PortRange) => endPort === undefined;
  return [
    ...['ip daddr', 'ip6 daddr'].flatMap((match) => {
      const elements = ranges
        .filter((range) => isSingle(range) && matchOf(range.address) === match)
        .map(({ address, protocol, port }) => `${address} . ${protocol.toLowerCase()} . ${port}`);
      return elements.length === 0 ? [] : [`${match} . meta l4proto . th dport { ${elements.join(', ')} } masquerade`];
    }),
    ...ranges.filter((range) => !isSingle(range)).map((range) => `${portMatch(range)} masquerade`),
  ];
}

function portMatch(range: PortRange): string {
  return `${matchOf(range.address)} ${range.address} ${range.protocol.toLowerCase()} dport ${portsOf(range)}`;
}

function matchOf(address: string): string {
  return isIPv6(address) ? 'ip6 daddr' : 'ip daddr';
}

function portsOf({ port, endPort }: Pick<PortRange, 'port' | 'endPort'>): string {
  return endPort === undefined ? String(port) : `${port}-${endPort}`;
}

const MARK_LINE = /^\s*ip6? daddr (\S+) (tcp|udp) dport (\d+)(?:-(\d+))? meta mark set 0x([0-9a-f]+)$/gm;

/** The mark rules of a listed table. A range of one port is printed as that port. */
export function parseMarks(listing: string): readonly MarkRule[] {
  return [...listing.matchAll(MARK_LINE)].map(([, address = '', protocol = '', first, last, mark = '']) => ({
    service: {
      protocol: protocol.toUpperCase() as Protocol,
      address: canonicalAddress(address),
      port: Number(first),
      endPort: Number(last ?? first),
    },
    mark: Number.parseInt(mark, 16),
  }));
}
