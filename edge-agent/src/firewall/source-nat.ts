import { isIPv6 } from 'node:net';
import { formatSocket, type Service } from '../data-plane/service.js';
import { messageOf, type Problem } from '../problem.js';
import { runSuccessfully, type RunCommand } from '../process/run-command.js';

const CHAIN = 'WEIR-SNAT';

/** Seconds to wait for the firewall's lock, which other programs hold for moments. */
const LOCK_WAIT = ['-w', '5'];

type Family = 'IPv4' | 'IPv6';

/**
 * Programs by preference: the host's choice first. On most hosts that is nftables behind the old name, which a kernel
 * without nftables cannot run; there the legacy one works. Only a write tells: reading succeeds on such a kernel too.
 */
const PROGRAMS: Readonly<Record<Family, readonly string[]>> = {
  IPv4: ['iptables', 'iptables-legacy'],
  IPv6: ['ip6tables', 'ip6tables-legacy'],
};

/**
 * Keeps the edge's own address on connections to destinations that do not route back through it. The rules live in a
 * chain of their own, replaced as a whole; the only rule elsewhere is the jump to it.
 */
export class SourceNat {
  readonly #programs = new Map<Family, string>();

  constructor(private readonly run: RunCommand) {}

  /** Makes the chains hold exactly these services' rules. Idempotent; answers what failed, never rejects. */
  async sync(services: readonly Service[]): Promise<readonly Problem[]> {
    const problems: Problem[] = [];
    for (const family of ['IPv4', 'IPv6'] as const) {
      try {
        await this.#syncFamily(family, sourceNatRules(services, family));
      } catch (error) {
        problems.push({ code: 'source-nat-failed', message: `${family} source NAT: ${messageOf(error)}` });
      }
    }
    return problems;
  }

  async #syncFamily(family: Family, rules: readonly string[]): Promise<void> {
    if (rules.length === 0) {
      await this.#empty(family);
      return;
    }
    const known = this.#programs.get(family);
    const failures: string[] = [];
    for (const program of known === undefined ? PROGRAMS[family] : [known]) {
      try {
        await this.#fill(program, rules);
        this.#programs.set(family, program);
        return;
      } catch (error) {
        failures.push(messageOf(error));
      }
    }
    throw new Error(failures.join('; '));
  }

  /** A host that never wanted source NAT keeps its firewall as it is. */
  async #empty(family: Family): Promise<void> {
    for (const program of PROGRAMS[family])
      if (await this.#succeeds(program, ['-S', CHAIN])) await this.#fill(program, []);
  }

  async #fill(program: string, rules: readonly string[]): Promise<void> {
    await runSuccessfully(this.run, `${program}-restore`, [...LOCK_WAIT, '--noflush'], renderChain(rules));
    if (await this.#succeeds(program, ['-C', 'POSTROUTING', '-j', CHAIN])) return;
    await runSuccessfully(this.run, program, [...LOCK_WAIT, '-t', 'nat', '-I', 'POSTROUTING', '-j', CHAIN]);
  }

  async #succeeds(program: string, args: readonly string[]): Promise<boolean> {
    const attempt = this.run(program, [...LOCK_WAIT, '-t', 'nat', ...args]);
    return attempt.then(
      ({ exitCode }) => exitCode === 0,
      () => false,
    );
  }
}

/** One rule for each destination, in a stable order. IPVS has rewritten the packet's destination before it comes here. */
function sourceNatRules(services: readonly Service[], family: Family): readonly string[] {
  const destinations = services
    .filter((service) => service.sourceNat)
    .flatMap((service) => service.destinations)
    .filter(({ address }) => isIPv6(address) === (family === 'IPv6'));
  const unique = new Map(destinations.map((destination) => [formatSocket(destination), destination]));
  return [...unique.values()].map(
    ({ address, port }) => `-A ${CHAIN} -d ${address} -p tcp -m tcp --dport ${port} -j MASQUERADE`,
  );
}

/** Input of `iptables-restore --noflush`: naming the chain creates or empties it, and the whole takes effect at once. */
function renderChain(rules: readonly string[]): string {
  return ['*nat', `:${CHAIN} - [0:0]`, ...rules, 'COMMIT', ''].join('\n');
}
