import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Service } from '../data-plane/service.js';
import { prepareKernel } from './kernel-settings.js';

const service: Service = {
  protocol: 'TCP',
  address: '203.0.113.10',
  port: 443,
  settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
  sourceNat: false,
  destinations: [],
};

async function kernelWith(settings: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'weir-sysctl-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [name, value] of Object.entries(settings)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), `${value}\n`);
  }
  return root;
}

const IPVS = { 'net/ipv4/vs/conntrack': '0', 'net/ipv4/vs/expire_nodest_conn': '0' };
const value = async (root: string, name: string) => (await readFile(join(root, name), 'utf8')).trim();

describe('prepareKernel', () => {
  it.each([
    [false, '0'],
    [true, '1'],
  ])('with source NAT %s sets conntrack to %s', async (sourceNat, conntrack) => {
    const root = await kernelWith({ ...IPVS, 'net/ipv4/ip_forward': '1' });
    expect(await prepareKernel({ services: [{ ...service, sourceNat }], departing: [] }, root)).toEqual([]);
    expect(await value(root, 'net/ipv4/vs/conntrack')).toBe(conntrack);
    expect(await value(root, 'net/ipv4/vs/expire_nodest_conn')).toBe('1');
  });

  it.each([
    ['203.0.113.10', 'net/ipv4/ip_forward'],
    ['2001:db8::10', 'net/ipv6/conf/all/forwarding'],
  ])('says that the host does not route for %s, and leaves that to people', async (address, setting) => {
    const root = await kernelWith({ ...IPVS, [setting]: '0' });
    const problems = await prepareKernel({ services: [{ ...service, address }], departing: [] }, root);
    expect(problems.map(({ code }) => code)).toEqual(['forwarding-disabled']);
    expect(await value(root, setting)).toBe('0');
  });

  it('says what it could not set', async () => {
    const root = await kernelWith({ 'net/ipv4/ip_forward': '1' });
    const problems = await prepareKernel({ services: [service], departing: [] }, root);
    expect(problems).toMatchObject([
      { code: 'kernel-setting-failed', message: expect.stringContaining('net.ipv4.vs.expire_nodest_conn') as string },
    ]);
  });

  it('touches nothing without services', async () => {
    const root = await kernelWith(IPVS);
    expect(await prepareKernel({ services: [], departing: [] }, root)).toEqual([]);
    expect(await value(root, 'net/ipv4/vs/expire_nodest_conn')).toBe('0');
  });
});
