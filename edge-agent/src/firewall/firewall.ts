import { isIPv6 } from 'node:net';
import { messageOf, type Problem } from '../problem.js';
import { explainFailure } from '../process/explain-failure.js';
import type { RunCommand } from '../process/run-command.js';
import type { FirewallProgram } from './firewall-program.js';
import { isEmpty, type FirewallRules, type MarkRule } from './firewall-rules.js';
import { Iptables } from './iptables.js';
import { Nftables } from './nftables.js';

/**
 * Keeps Weir's rules in the host's firewall: marks for ranges of ports, and source NAT towards destinations that do not
 * route back through the edge.
 *
 * nftables comes first; where the kernel or the host has none, iptables does it, each family by itself. On most hosts
 * `iptables` is nftables behind the old name, which a kernel without nftables cannot run; there the legacy program
 * works. Only a write tells: reading succeeds on such a kernel too.
 */
export class Firewall {
  readonly #nftables: FirewallProgram;
  readonly #families: readonly Family[];
  /** Programs that hold nothing of ours, as far as this agent has seen. */
  readonly #cleared = new Set<FirewallProgram>();
  /** What nftables said when it was tried, on a host where iptables works. */
  #nftablesFailure: string | null = null;

  constructor(run: RunCommand) {
    this.#nftables = new Nftables(run);
    this.#families = [
      { name: 'IPv4', programs: ['iptables', 'iptables-legacy'].map((name) => new Iptables(run, name)) },
      { name: 'IPv6', programs: ['ip6tables', 'ip6tables-legacy'].map((name) => new Iptables(run, name)) },
    ];
  }

  /** Makes the rules exactly these. Idempotent; answers what failed, never rejects. */
  async sync(rules: FirewallRules): Promise<readonly Problem[]> {
    if (isEmpty(rules)) return this.#clear(this.#programs());
    const failure = this.#nftablesFailure ?? (await this.#attempt(this.#nftables, rules));
    if (failure === null) return this.#clear(this.#programs().filter((program) => program !== this.#nftables));
    const problems: Problem[] = [];
    for (const family of this.#families) problems.push(...(await this.#syncFamily(family, rules, failure)));
    this.#nftablesFailure = problems.length === 0 ? failure : null;
    return problems;
  }

  /** The mark rules that the firewall has, whichever program wrote them. */
  async markRules(): Promise<readonly MarkRule[]> {
    const rules: MarkRule[] = [];
    for (const program of this.#programs()) rules.push(...(await program.marks().catch(() => [])));
    return rules;
  }

  #programs(): readonly FirewallProgram[] {
    return [this.#nftables, ...this.#families.flatMap(({ programs }) => programs)];
  }

  async #syncFamily(family: Family, rules: FirewallRules, nftablesFailure: string): Promise<readonly Problem[]> {
    const own = rulesOf(family, rules);
    if (isEmpty(own)) return this.#clear(family.programs);
    const failures = [nftablesFailure];
    for (const program of family.programs) {
      const failure = await this.#attempt(program, own);
      if (failure === null) return this.#clear(family.programs.filter((other) => other !== program));
      failures.push(failure);
    }
    return [problemOf(`${family.name} rules: ${failures.join('; ')}`)];
  }

  /** Answers what went wrong; `null` when the program has the rules. */
  async #attempt(program: FirewallProgram, rules: FirewallRules): Promise<string | null> {
    try {
      await program.replace(rules);
      this.#cleared.delete(program);
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Rules that another program holds would apply as well. A program that is not there holds none. */
  async #clear(programs: readonly FirewallProgram[]): Promise<readonly Problem[]> {
    const problems: Problem[] = [];
    for (const program of programs.filter((each) => !this.#cleared.has(each))) {
      try {
        await program.clear();
        this.#cleared.add(program);
      } catch (error) {
        problems.push(problemOf(`the old rules of ${program.name}: ${messageOf(error)}`));
      }
    }
    return problems;
  }
}

interface Family {
  readonly name: 'IPv4' | 'IPv6';
  readonly programs: readonly FirewallProgram[];
}

function rulesOf({ name }: Family, { marks, sourceNat }: FirewallRules): FirewallRules {
  const isOwn = ({ address }: { address: string }) => isIPv6(address) === (name === 'IPv6');
  return { marks: marks.filter(({ service }) => isOwn(service)), sourceNat: sourceNat.filter(isOwn) };
}

function problemOf(reason: string): Problem {
  const advice = 'ranges of ports and source NAT need nftables or iptables, as program and in the kernel';
  return explainFailure(`${reason}. What to do: apt-get install nftables; ${advice}`, 'firewall-failed');
}
