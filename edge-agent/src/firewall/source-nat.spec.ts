import { describe, expect, it } from 'vitest';
import type { Service } from '../data-plane/service.js';
import type { RunCommand } from '../process/run-command.js';
import { SourceNat } from './source-nat.js';

const destination = (address: string) => ({ address, port: 8080, weight: 1, forwarding: 'masquerade' as const });
const service = (sourceNat: boolean, ...addresses: readonly string[]): Service => ({
  protocol: 'TCP',
  address: '203.0.113.10',
  port: 443,
  settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
  sourceNat,
  destinations: addresses.map(destination),
});

/** A host's firewall: with which programs its kernel can write, the chain's rules, and whether the jump is there. */
class FakeFirewall {
  readonly chains = new Map<string, string>();
  readonly jumps: string[] = [];

  constructor(private readonly programs: readonly string[]) {}

  readonly run: RunCommand = (command, args, stdin = '') => {
    const program = command.replace(/-restore$/, '');
    const exitCode = this.programs.includes(program) && this.#carryOut(command, args, stdin) ? 0 : 1;
    return Promise.resolve({ exitCode, stdout: '', stderr: exitCode === 0 ? '' : 'table does not exist' });
  };

  #carryOut(command: string, args: readonly string[], stdin: string): boolean {
    if (command.endsWith('-restore')) {
      this.chains.set(command, stdin);
      return true;
    }
    const program = command;
    if (args.includes('-S')) return this.chains.has(`${program}-restore`);
    if (args.includes('-C')) return this.jumps.includes(program);
    this.jumps.push(program);
    return true;
  }
}

const both = ['iptables', 'ip6tables'];

describe('SourceNat', () => {
  it('masquerades towards each destination once, in a chain of its own', async () => {
    const firewall = new FakeFirewall(both);
    const services = [service(true, '192.0.2.11', '2001:db8:1::11'), service(true, '192.0.2.11', '192.0.2.12')];
    expect(await new SourceNat(firewall.run).sync(services)).toEqual([]);
    expect(firewall.chains.get('iptables-restore')).toBe(`*nat
:WEIR-SNAT - [0:0]
-A WEIR-SNAT -d 192.0.2.11 -p tcp -m tcp --dport 8080 -j MASQUERADE
-A WEIR-SNAT -d 192.0.2.12 -p tcp -m tcp --dport 8080 -j MASQUERADE
COMMIT
`);
    expect(firewall.chains.get('ip6tables-restore')).toContain('-d 2001:db8:1::11 -p tcp');
    expect(firewall.jumps).toEqual(['iptables', 'ip6tables']);
  });

  it('jumps to its chain only once, however often it syncs', async () => {
    const firewall = new FakeFirewall(both);
    const sourceNat = new SourceNat(firewall.run);
    await sourceNat.sync([service(true, '192.0.2.11')]);
    await sourceNat.sync([service(true, '192.0.2.12')]);
    expect(firewall.jumps).toEqual(['iptables']);
    expect(firewall.chains.get('iptables-restore')).not.toContain('192.0.2.11');
  });

  it('leaves a firewall alone that it never needed, and empties a chain it no longer needs', async () => {
    const firewall = new FakeFirewall(both);
    const sourceNat = new SourceNat(firewall.run);
    await sourceNat.sync([service(false, '192.0.2.11')]);
    expect(firewall.chains.size).toBe(0);
    await sourceNat.sync([service(true, '192.0.2.11')]);
    await sourceNat.sync([service(false, '192.0.2.11')]);
    expect(firewall.chains.get('iptables-restore')).not.toContain('MASQUERADE');
  });

  it("uses the legacy program where the kernel cannot run the host's choice", async () => {
    const firewall = new FakeFirewall(['iptables-legacy']);
    expect(await new SourceNat(firewall.run).sync([service(true, '192.0.2.11')])).toEqual([]);
    expect(firewall.jumps).toEqual(['iptables-legacy']);
  });

  it('says when no program works, for that family alone', async () => {
    const firewall = new FakeFirewall(['iptables']);
    const problems = await new SourceNat(firewall.run).sync([service(true, '192.0.2.11', '2001:db8:1::11')]);
    expect(problems).toMatchObject([{ code: 'source-nat-failed', message: expect.stringContaining('IPv6') as string }]);
    expect(firewall.jumps).toEqual(['iptables']);
  });
});
