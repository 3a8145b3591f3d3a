import { describe, expect, it } from 'vitest';
import { dataPlaneContract } from '../data-plane/data-plane-contract.js';
import type { Action } from '../data-plane/data-plane.js';
import { addressOf, serviceKey, type Service } from '../data-plane/service.js';
import type { RunCommand } from '../process/run-command.js';
import { FakeIpvsadm } from './fake-ipvsadm.js';
import { IpvsDataPlane } from './ipvs-data-plane.js';

const preparedHost = () => Promise.resolve([]);
const web = { protocol: 'TCP', address: '203.0.113.10', port: 443 } as const;
const addWeb: Action = {
  kind: 'add-service',
  service: web,
  settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
};

describe('IpvsDataPlane keeps the contract of DataPlane:', () => {
  it.each(dataPlaneContract(new IpvsDataPlane(new FakeIpvsadm().run, preparedHost).traits))(
    '$name',
    async ({ check }) => {
      await check(new IpvsDataPlane(new FakeIpvsadm().run, preparedHost));
    },
  );
});

describe('IpvsDataPlane', () => {
  it('carries a batch out with one start of the program, reads it back with another, and starts none for nothing', async () => {
    const ipvsadm = new FakeIpvsadm();
    const dataPlane = new IpvsDataPlane(ipvsadm.run, preparedHost);
    await dataPlane.apply([]);
    await dataPlane.apply([addWeb, { ...addWeb, service: { ...web, port: 80 } }]);
    expect(ipvsadm.calls).toEqual(['ipvsadm --restore', 'ipvsadm --restore # -Ln']);
  });

  it('calls every action failed when the program does not end well', async () => {
    const run: RunCommand = () => Promise.reject(new Error('ipvsadm could not be run'));
    const outcomes = await new IpvsDataPlane(run, preparedHost).apply([addWeb]);
    expect(outcomes).toEqual([{ action: addWeb, error: 'ipvsadm could not be run' }]);
  });

  it('rejects a reading that the program did not finish', async () => {
    const run: RunCommand = () => Promise.resolve({ exitCode: 255, stdout: '', stderr: 'Permission denied\n' });
    await expect(new IpvsDataPlane(run, preparedHost).read()).rejects.toThrow('Permission denied');
  });

  it.each(['', 'IP Virtual Server version 1.2.1 (size=4096)\n', 'Try `ipvsadm -h` for more information.\n'])(
    'rejects a reading that is not both listings: %j',
    async (stdout) => {
      const run: RunCommand = () => Promise.resolve({ exitCode: 0, stdout, stderr: '' });
      await expect(new IpvsDataPlane(run, preparedHost).read()).rejects.toThrow('cannot make sense');
    },
  );

  it('prepares addresses for services that are still leaving', async () => {
    const ipvsadm = new FakeIpvsadm();
    await new IpvsDataPlane(ipvsadm.run, preparedHost).prepare({ services: [], departing: [web] });
    expect(ipvsadm.calls).toContain('ip address add 203.0.113.10/32 dev weir0');
  });

  describe('with ranges of ports', () => {
    const games: Service = {
      protocol: 'UDP',
      address: '203.0.113.10',
      port: 5000,
      endPort: 5999,
      settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
      sourceNat: false,
      destinations: [],
    };
    const addGames: Action = { kind: 'add-service', service: addressOf(games), settings: games.settings };
    const markIn = (text: string) => /mark set (0x[0-9a-f]+)/.exec(text)?.[1];

    it('marks their packets, and finds them again after a restart', async () => {
      const ipvsadm = new FakeIpvsadm();
      const before = new IpvsDataPlane(ipvsadm.run, preparedHost);
      await before.read();
      expect(await before.prepare({ services: [games], departing: [] })).toEqual([]);
      await before.apply([addGames]);
      const mark = markIn(ipvsadm.firewall);
      const after = new IpvsDataPlane(ipvsadm.run, preparedHost);
      expect((await after.read()).map(serviceKey)).toEqual(['UDP 203.0.113.10:5000-5999']);
      await after.prepare({ services: [games], departing: [] });
      expect(markIn(ipvsadm.firewall)).toBe(mark);
    });

    it('keeps the mark of a departing range until it is gone', async () => {
      const ipvsadm = new FakeIpvsadm();
      const dataPlane = new IpvsDataPlane(ipvsadm.run, preparedHost);
      await dataPlane.prepare({ services: [games], departing: [] });
      await dataPlane.apply([addGames]);
      await dataPlane.prepare({ services: [], departing: [games] });
      expect(ipvsadm.firewall).toContain('udp dport 5000-5999');
      await dataPlane.apply([{ kind: 'remove-service', service: addressOf(games) }]);
      await dataPlane.prepare({ services: [], departing: [] });
      expect(ipvsadm.firewall).not.toContain('5000-5999');
    });

    it('takes another mark when somebody has the one it would take, and says so', async () => {
      const ipvsadm = new FakeIpvsadm();
      const first = new IpvsDataPlane(ipvsadm.run, preparedHost);
      await first.prepare({ services: [games], departing: [] });
      const mark = Number(markIn(ipvsadm.firewall));
      const crowded = new FakeIpvsadm();
      crowded.restore(`-A -f ${mark} -s rr`);
      const dataPlane = new IpvsDataPlane(crowded.run, preparedHost);
      const problems = await dataPlane.prepare({ services: [games], departing: [] });
      expect(problems.map(({ code }) => code)).toEqual(['stray-mark']);
      await dataPlane.apply([addGames, { kind: 'remove-service', service: addressOf(games) }]);
      expect((await crowded.run('ipvsadm', ['-Ln'])).stdout).toContain(`FWM  ${mark} rr`);
      expect(Number(markIn(crowded.firewall))).toBe(mark + 1);
    });

    it('asks nobody for marks on a host that has none', async () => {
      const ipvsadm = new FakeIpvsadm();
      ipvsadm.restore('-A -f 7 -s rr');
      await new IpvsDataPlane(ipvsadm.run, preparedHost).read();
      expect(ipvsadm.calls).toEqual(['ipvsadm --restore # -Ln']);
    });
  });
});
