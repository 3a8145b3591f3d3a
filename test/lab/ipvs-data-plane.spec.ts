import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '#testkit/real-part.js';
import { AnycastAddresses } from '../../edge-agent/src/anycast/addresses.js';
import { dataPlaneContract } from '../../edge-agent/src/data-plane/data-plane-contract.js';
import type { Action } from '../../edge-agent/src/data-plane/data-plane.js';
import { serviceKey, type Service } from '../../edge-agent/src/data-plane/service.js';
import { firewallRules } from '../../edge-agent/src/firewall/firewall-rules.js';
import { Firewall } from '../../edge-agent/src/firewall/firewall.js';
import { IpvsDataPlane } from '../../edge-agent/src/ipvs/ipvs-data-plane.js';
import type { RunCommand } from '../../edge-agent/src/process/run-command.js';
import { startEdgeLab, type EdgeLab } from './edge-lab.js';
import { prepareLab } from './packages.js';
import { runInGuest } from './reconciled-edge.js';

const SERVICE: Service = {
  protocol: 'TCP',
  address: '203.0.113.10',
  port: 443,
  settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
  sourceNat: true,
  destinations: [{ address: '10.91.2.11', port: 8080, weight: 1, forwarding: 'masquerade' }],
};

const GAMES: Service = {
  ...SERVICE,
  protocol: 'UDP',
  port: 5_000,
  endPort: 5_999,
  destinations: [{ address: '10.91.2.11', port: 0, weight: 1, forwarding: 'masquerade' }],
};

function addition({ destinations, settings, ...service }: Service): readonly Action[] {
  return [
    { kind: 'add-service', service, settings },
    ...destinations.map((destination): Action => ({ kind: 'add-destination', service, destination })),
  ];
}

describeWith('the edge agent’s adapters on a real kernel', await prepareLab(), () => {
  let lab: EdgeLab;

  const run: RunCommand = (...command) => runInGuest(lab.commands)(...command);
  const output = async (script: string) => (await lab.commands.run(script)).stdout;

  beforeAll(async () => {
    lab = await startEdgeLab();
  });

  afterAll(() => lab.stop());

  describe('IpvsDataPlane', () => {
    const { traits } = new IpvsDataPlane(() => Promise.reject(new Error('nobody is asked')));

    it.each(dataPlaneContract(traits))('$name', async ({ check }) => {
      await lab.commands.run('ipvsadm -C');
      await check(new IpvsDataPlane(run));
    });

    it('finds its ranges of ports again, among the marks of others, whichever agent made them', async () => {
      await lab.commands.run('ipvsadm -C; ipvsadm -A -f 7 -s rr; ipvsadm -A -u 198.51.100.7:53 -s rr -o');
      const ranges = [GAMES, { ...GAMES, address: '2001:db8::10', destinations: [] }];
      const before = new IpvsDataPlane(run, () => Promise.resolve([]));
      await before.read();
      expect(await before.prepare({ services: ranges, departing: [] })).toEqual([]);
      const outcomes = await before.apply(ranges.flatMap(addition));
      expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
      const after = new IpvsDataPlane(run);
      expect((await after.read()).map(serviceKey).sort()).toEqual([
        'UDP 198.51.100.7:53',
        'UDP 203.0.113.10:5000-5999',
        'UDP [2001:db8::10]:5000-5999',
      ]);
      expect(await output('ipvsadm -Sn')).toMatch(/^-A -f 7 -s rr *$/m);
      await lab.commands.run('ipvsadm -C');
      await after.read();
      expect(await after.prepare({ services: [], departing: [] })).toEqual([]);
      expect(await output('iptables-legacy -t mangle -S; ip6tables-legacy -t mangle -S')).not.toContain('-A WEIR');
    });
  });

  describe('Firewall', () => {
    const rules = () => output('iptables-legacy -t nat -S; ip6tables-legacy -t nat -S');
    /** The chain stays when it is empty, and so does the jump to it. */
    const others = (listing: string) =>
      listing.split('\n').filter((line) => !/^(-N WEIR-SNAT|-A POSTROUTING -j WEIR-SNAT)$/.test(line));
    const wanted = firewallRules([SERVICE], []);

    it('makes its rules once, next to those of others, and takes them back', async () => {
      await lab.commands.run('iptables-legacy -t nat -A POSTROUTING -s 192.0.2.0/24 -j ACCEPT');
      const before = await rules();
      const firewall = new Firewall(run);
      expect(await firewall.sync(wanted)).toEqual([]);
      expect(await firewall.sync(wanted)).toEqual([]);
      const during = (await rules()).split('\n');
      expect(during.filter((line) => line === '-A POSTROUTING -j WEIR-SNAT')).toHaveLength(1);
      expect(during.filter((line) => line.startsWith('-A WEIR-SNAT'))).toEqual([
        '-A WEIR-SNAT -d 10.91.2.11/32 -p tcp -m tcp --dport 8080 -j MASQUERADE',
      ]);
      expect(await firewall.sync(firewallRules([], []))).toEqual([]);
      expect(others(await rules())).toEqual(others(before));
    });
  });

  describe('AnycastAddresses', () => {
    const holders = (address: string) => output(`ip -brief address show to ${address} | cut -d ' ' -f 1`);

    it('gives the host the addresses it lacks, and takes back its own alone', async () => {
      const addresses = new AnycastAddresses(run);
      for (let sync = 0; sync < 2; sync += 1)
        expect(await addresses.sync(['203.0.113.10', '2001:db8::10', '10.91.1.1'])).toEqual([]);
      expect(await holders('203.0.113.10')).toBe('weir0\n');
      expect(await holders('2001:db8::10')).toBe('weir0\n');
      expect(await holders('10.91.1.1')).toBe('eth0\n');
      expect(await addresses.sync(['203.0.113.10'])).toEqual([]);
      expect(await holders('203.0.113.10')).toBe('weir0\n');
      expect(await holders('2001:db8::10')).toBe('');
      expect(await holders('10.91.1.1')).toBe('eth0\n');
    });
  });
});
