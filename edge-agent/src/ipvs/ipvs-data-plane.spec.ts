import { describe, expect, it } from 'vitest';
import { dataPlaneContract } from '../data-plane/data-plane-contract.js';
import type { Action } from '../data-plane/data-plane.js';
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
  it('carries a batch out with one restore, and none for nothing', async () => {
    const ipvsadm = new FakeIpvsadm();
    const dataPlane = new IpvsDataPlane(ipvsadm.run, preparedHost);
    await dataPlane.apply([]);
    await dataPlane.apply([addWeb, { ...addWeb, service: { ...web, port: 80 } }]);
    expect(ipvsadm.calls).toEqual(['ipvsadm --restore', 'ipvsadm -Ln --stats --exact', 'ipvsadm -Ln']);
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

  it('prepares addresses for services that are still leaving', async () => {
    const ipvsadm = new FakeIpvsadm();
    await new IpvsDataPlane(ipvsadm.run, preparedHost).prepare({ services: [], departing: [web] });
    expect(ipvsadm.calls).toContain('ip address add 203.0.113.10/32 dev weir0');
  });
});
