import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '#testkit/real-part.js';
import { AnycastAddresses } from '../../edge-agent/src/anycast/addresses.js';
import { dataPlaneContract } from '../../edge-agent/src/data-plane/data-plane-contract.js';
import type { Service } from '../../edge-agent/src/data-plane/service.js';
import { SourceNat } from '../../edge-agent/src/firewall/source-nat.js';
import { IpvsDataPlane } from '../../edge-agent/src/ipvs/ipvs-data-plane.js';
import type { RunCommand } from '../../edge-agent/src/process/run-command.js';
import { startEdgeLab, type EdgeLab } from './edge-lab.js';
import { quote } from './guest-commands.js';
import { prepareLab } from './packages.js';

const SERVICE: Service = {
  protocol: 'TCP',
  address: '203.0.113.10',
  port: 443,
  settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
  sourceNat: true,
  destinations: [{ address: '10.91.2.11', port: 8080, weight: 1, forwarding: 'masquerade' }],
};

describeWith('the edge agent’s adapters on a real kernel', await prepareLab(), () => {
  let lab: EdgeLab;

  /** The programs run in the guest; what decides about them runs here. */
  const runInGuest: RunCommand = (command, args, stdin = '') => {
    const script = `${[command, ...args].map(quote).join(' ')} <<'END OF INPUT'\n${stdin}\nEND OF INPUT\n`;
    return lab.commands.attempt(script);
  };
  const output = async (script: string) => (await lab.commands.run(script)).stdout;

  beforeAll(async () => {
    lab = await startEdgeLab();
  });

  afterAll(() => lab.stop());

  describe('IpvsDataPlane', () => {
    it.each(dataPlaneContract())('$name', async ({ check }) => {
      await lab.commands.run('ipvsadm -C');
      await check(new IpvsDataPlane(runInGuest));
    });
  });

  describe('SourceNat', () => {
    const rules = () => output('iptables-legacy -t nat -S; ip6tables-legacy -t nat -S');

    it('makes its rules once, next to those of others, and takes them back', async () => {
      await lab.commands.run('iptables-legacy -t nat -A POSTROUTING -s 192.0.2.0/24 -j ACCEPT');
      const before = await rules();
      const sourceNat = new SourceNat(runInGuest);
      expect(await sourceNat.sync([SERVICE])).toEqual([]);
      expect(await sourceNat.sync([SERVICE])).toEqual([]);
      const during = (await rules()).split('\n');
      expect(during.filter((line) => line === '-A POSTROUTING -j WEIR-SNAT')).toHaveLength(1);
      expect(during.filter((line) => line.startsWith('-A WEIR-SNAT'))).toEqual([
        '-A WEIR-SNAT -d 10.91.2.11/32 -p tcp -m tcp --dport 8080 -j MASQUERADE',
      ]);
      expect(await sourceNat.sync([])).toEqual([]);
      const after = (await rules())
        .split('\n')
        .filter((line) => !/^(-N WEIR-SNAT|-A POSTROUTING -j WEIR-SNAT)$/.test(line));
      expect(after.join('\n')).toBe(before);
    });
  });

  describe('AnycastAddresses', () => {
    const holders = (address: string) => output(`ip -brief address show to ${address} | cut -d ' ' -f 1`);

    it('gives the host the addresses it lacks, and takes back its own alone', async () => {
      const addresses = new AnycastAddresses(runInGuest);
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
