import { describe, expect, it } from 'vitest';
import type { RunCommand } from '../process/run-command.js';
import { EXAMPLE_RULES } from './example-rules.js';
import { Firewall } from './firewall.js';

const NOTHING = { marks: [], sourceNat: [] };
const LEGACY = ['iptables-legacy', 'ip6tables-legacy'];

/** A host's firewall: which programs its kernel lets write, what they hold, and every write in its order. */
class FakeFirewall {
  /** By program and table. */
  readonly held = new Map<string, string>();
  readonly jumps: string[] = [];
  readonly calls: string[] = [];

  constructor(private readonly programs: readonly string[]) {}

  readonly run: RunCommand = (command, args, stdin = '') => {
    const program = command.replace(/-restore$/, '');
    this.calls.push(program);
    if (!this.programs.includes(program)) return Promise.reject(new Error(`${command} could not be run`));
    return Promise.resolve(program === 'nft' ? this.#nft(args, stdin) : this.#iptables(command, args, stdin));
  };

  #nft(args: readonly string[], stdin: string) {
    const table = this.held.get('nft');
    if (args[0] === 'list') return answer(table !== undefined, table);
    if (stdin.includes('{')) this.held.set('nft', stdin);
    else this.held.delete('nft');
    return answer(true);
  }

  #iptables(command: string, args: readonly string[], stdin: string) {
    if (command.endsWith('-restore')) {
      this.held.set(`${command.replace(/-restore$/, '')} ${stdin.split('\n')[0]?.slice(1)}`, stdin);
      return answer(true);
    }
    const place = `${command} ${args[args.indexOf('-t') + 1]}`;
    if (args.includes('-S')) return answer(this.held.has(place), this.held.get(place));
    if (args.includes('-C')) return answer(this.jumps.includes(place));
    this.jumps.push(place);
    return answer(true);
  }
}

function answer(isWell: boolean, stdout = '') {
  return { exitCode: isWell ? 0 : 1, stdout, stderr: isWell ? '' : 'No such file or directory' };
}

describe('Firewall', () => {
  it('prefers nftables, and reads its marks back', async () => {
    const host = new FakeFirewall(['nft', ...LEGACY]);
    const firewall = new Firewall(host.run);
    expect(await firewall.sync(EXAMPLE_RULES)).toEqual([]);
    expect([...host.held.keys()]).toEqual(['nft']);
    expect(await firewall.markRules()).toEqual(EXAMPLE_RULES.marks);
  });

  it('writes chains of its own for each family where the kernel has legacy tables alone', async () => {
    const host = new FakeFirewall(LEGACY);
    const firewall = new Firewall(host.run);
    expect(await firewall.sync(EXAMPLE_RULES)).toEqual([]);
    expect(host.held.get('iptables-legacy mangle')).toBe(`*mangle
:WEIR-MARK - [0:0]
-A WEIR-MARK -d 203.0.113.10/32 -p udp -m udp --dport 5000:5999 -j MARK --set-xmark 0x57000001/0xffffffff
COMMIT
`);
    expect(host.held.get('iptables-legacy nat')).toBe(`*nat
:WEIR-SNAT - [0:0]
-A WEIR-SNAT -d 192.0.2.11/32 -p tcp -m tcp --dport 8080 -j MASQUERADE
-A WEIR-SNAT -d 192.0.2.11/32 -p udp -m udp --dport 5000:5999 -j MASQUERADE
-A WEIR-SNAT -d 192.0.2.11/32 -p udp -m udp --dport 5500 -j MASQUERADE
-A WEIR-SNAT -d 192.0.2.11/32 -p udp -m udp --dport 5800:6100 -j MASQUERADE
COMMIT
`);
    expect(host.held.get('ip6tables-legacy nat')).toContain('-d 2001:db8:1::11/128 -p tcp');
    expect(host.jumps.sort()).toEqual(LEGACY.flatMap((name) => [`${name} mangle`, `${name} nat`]).sort());
    expect(await firewall.markRules()).toEqual(EXAMPLE_RULES.marks);
  });

  it('jumps to its chains only once, and does not ask again for what the kernel has not', async () => {
    const host = new FakeFirewall(LEGACY);
    const firewall = new Firewall(host.run);
    await firewall.sync(EXAMPLE_RULES);
    host.calls.length = 0;
    await firewall.sync(EXAMPLE_RULES);
    expect(host.jumps).toHaveLength(4);
    expect(host.calls).not.toContain('nft');
  });

  it('leaves a firewall alone that it never needed', async () => {
    const host = new FakeFirewall(['nft', ...LEGACY]);
    expect(await new Firewall(host.run).sync(NOTHING)).toEqual([]);
    expect([...host.held, ...host.jumps]).toEqual([]);
  });

  it.each([[['nft']], [LEGACY]])('takes back what it no longer needs from %s', async (programs) => {
    const host = new FakeFirewall(programs);
    await new Firewall(host.run).sync(EXAMPLE_RULES);
    expect(await new Firewall(host.run).sync(NOTHING)).toEqual([]);
    expect([...host.held.values()].join()).not.toMatch(/masquerade|mark set|-A /i);
  });

  it('takes its rules out of iptables when nftables has come', async () => {
    const before = new FakeFirewall(LEGACY);
    await new Firewall(before.run).sync(EXAMPLE_RULES);
    const host = new FakeFirewall(['nft', ...LEGACY]);
    for (const [place, rules] of before.held) host.held.set(place, rules);
    await new Firewall(host.run).sync(EXAMPLE_RULES);
    expect([...host.held].filter(([, rules]) => rules.includes('-A ')).map(([place]) => place)).toEqual([]);
    expect(host.held.get('nft')).toContain('masquerade');
  });

  it('says what is missing, for that family alone', async () => {
    const host = new FakeFirewall(['iptables']);
    const problems = await new Firewall(host.run).sync(EXAMPLE_RULES);
    expect(problems.map(({ code }) => code)).toEqual(['firewall-failed']);
    expect(problems[0]?.message).toMatch(/^IPv6 rules: nft could not be run;.*apt-get install nftables/);
    expect(host.held.get('iptables nat')).toContain('192.0.2.11');
  });
});
