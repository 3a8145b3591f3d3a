import { isIPv6 } from 'node:net';
import { canonicalAddress, type Protocol } from '../data-plane/service.js';
import { runSuccessfully, type RunCommand } from '../process/run-command.js';
import type { FirewallProgram } from './firewall-program.js';
import type { FirewallRules, MarkRule, PortRange } from './firewall-rules.js';

/** Seconds to wait for the firewall's lock, which other programs hold for moments. */
const LOCK_WAIT = ['-w', '5'];

/** A chain of Weir's own, and the only rule elsewhere: the jump to it. */
interface OwnChain {
  readonly table: 'mangle' | 'nat';
  readonly name: string;
  readonly from: string;
}

const MARKS: OwnChain = { table: 'mangle', name: 'WEIR-MARK', from: 'PREROUTING' };
const SOURCE_NAT: OwnChain = { table: 'nat', name: 'WEIR-SNAT', from: 'POSTROUTING' };

/** iptables or ip6tables, on nftables or the legacy tables, for one family. Each chain is replaced as a whole. */
export class Iptables implements FirewallProgram {
  constructor(
    private readonly run: RunCommand,
    readonly name: string,
  ) {}

  async replace({ marks, sourceNat }: FirewallRules): Promise<void> {
    await this.#keep(MARKS, marks.map(markRule));
    await this.#keep(SOURCE_NAT, sourceNat.map(sourceNatRule));
  }

  async clear(): Promise<void> {
    await this.#keep(MARKS, []);
    await this.#keep(SOURCE_NAT, []);
  }

  async marks(): Promise<readonly MarkRule[]> {
    const { exitCode, stdout } = await this.#inTable(MARKS, ['-S', MARKS.name]);
    return exitCode === 0 ? parseMarks(stdout) : [];
  }

  /** A host that never wanted such rules keeps its firewall as it is. */
  async #keep(chain: OwnChain, rules: readonly string[]): Promise<void> {
    if (rules.length > 0 || (await this.#succeeds(chain, ['-S', chain.name]))) await this.#fill(chain, rules);
  }

  async #fill(chain: OwnChain, rules: readonly string[]): Promise<void> {
    await runSuccessfully(this.run, `${this.name}-restore`, [...LOCK_WAIT, '--noflush'], renderChain(chain, rules));
    if (await this.#succeeds(chain, ['-C', chain.from, '-j', chain.name])) return;
    const jump = ['-t', chain.table, '-I', chain.from, '-j', chain.name];
    await runSuccessfully(this.run, this.name, [...LOCK_WAIT, ...jump]);
  }

  #succeeds(chain: OwnChain, args: readonly string[]): Promise<boolean> {
    return this.#inTable(chain, args).then(
      ({ exitCode }) => exitCode === 0,
      () => false,
    );
  }

  #inTable({ table }: OwnChain, args: readonly string[]) {
    return this.run(this.name, [...LOCK_WAIT, '-t', table, ...args]);
  }
}

/** Input of `iptables-restore --noflush`: naming the chain creates or empties it, and the whole takes effect at once. */
function renderChain({ table, name }: OwnChain, rules: readonly string[]): string {
  return [`*${table}`, `:${name} - [0:0]`, ...rules.map((rule) => `-A ${name} ${rule}`), 'COMMIT', ''].join('\n');
}

function markRule({ service, mark }: MarkRule): string {
  return `${matchOf(service)} -j MARK --set-xmark 0x${mark.toString(16)}/0xffffffff`;
}

function sourceNatRule(range: PortRange): string {
  return `${matchOf(range)} -j MASQUERADE`;
}

/** In the spelling of `-S`. */
function matchOf({ protocol, address, port, endPort }: PortRange): string {
  const name = protocol.toLowerCase();
  const ports = endPort === undefined ? String(port) : `${port}:${endPort}`;
  return `-d ${address}/${isIPv6(address) ? 128 : 32} -p ${name} -m ${name} --dport ${ports}`;
}

const MARK_RULE =
  /^-A WEIR-MARK -d (\S+)\/\d+ -p (tcp|udp) -m \w+ --dport (\d+)(?::(\d+))? -j MARK --set-xmark 0x([0-9a-f]+)\/0xffffffff$/gm;

/** The mark rules of a listed chain. A range of one port is printed as that port. */
function parseMarks(listing: string): readonly MarkRule[] {
  return [...listing.matchAll(MARK_RULE)].map(([, address = '', protocol = '', first, last, mark = '']) => ({
    service: {
      protocol: protocol.toUpperCase() as Protocol,
      address: canonicalAddress(address),
      port: Number(first),
      endPort: Number(last ?? first),
    },
    mark: Number.parseInt(mark, 16),
  }));
}
