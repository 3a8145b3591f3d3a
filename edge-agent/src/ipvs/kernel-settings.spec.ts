import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ForwardingMethod, Service, ServiceSettings } from '../data-plane/service.js';
import { prepareKernel } from './kernel-settings.js';

const service: Service = {
  protocol: 'TCP',
  address: '203.0.113.10',
  port: 443,
  settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
  sourceNat: false,
  destinations: [{ address: '192.0.2.11', port: 443, weight: 1, forwarding: 'masquerade' }],
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

const IPVS = {
  'net/ipv4/vs/conntrack': '0',
  'net/ipv4/vs/expire_nodest_conn': '0',
  'net/ipv4/vs/expire_quiescent_template': '0',
  'net/ipv4/vs/sloppy_tcp': '0',
  'net/ipv4/vs/schedule_icmp': '0',
};
const forwardedBy = (forwarding: ForwardingMethod): Service => ({
  ...service,
  destinations: service.destinations.map((destination) => ({ ...destination, forwarding })),
});
const hashed = service.settings;
const rotated: ServiceSettings = { distribution: 'weighted-round-robin', affinitySeconds: null };
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

  it.each<[string, Service, readonly string[]]>([
    ['nothing more for masquerading', service, ['expire_nodest_conn']],
    [
      'old affinities to end with their destination',
      { ...service, settings: { ...hashed, affinitySeconds: 60 } },
      ['expire_nodest_conn', 'expire_quiescent_template'],
    ],
    [
      'connections of other edges to be taken up by hashed direct forwarding',
      forwardedBy('direct'),
      ['expire_nodest_conn', 'schedule_icmp', 'sloppy_tcp'],
    ],
    [
      'connections of other edges to be taken up by hashed tunnels',
      forwardedBy('tunnel'),
      ['expire_nodest_conn', 'schedule_icmp', 'sloppy_tcp'],
    ],
    [
      'no connections of other edges where they would go anywhere',
      { ...forwardedBy('direct'), settings: rotated },
      ['expire_nodest_conn'],
    ],
  ])('wants %s', async (_, wanted, expected) => {
    const root = await kernelWith({ ...IPVS, 'net/ipv4/ip_forward': '1' });
    expect(await prepareKernel({ services: [wanted], departing: [] }, root)).toEqual([]);
    const values = await Promise.all(Object.keys(IPVS).map(async (name) => [name, await value(root, name)] as const));
    const set = values.flatMap(([name, text]) => (text === '1' ? [name.replace('net/ipv4/vs/', '')] : []));
    expect(set.sort()).toEqual(expected);
  });

  it('needs no routing where answers do not pass the edge', async () => {
    const root = await kernelWith({ ...IPVS, 'net/ipv4/ip_forward': '0' });
    expect(await prepareKernel({ services: [forwardedBy('direct')], departing: [] }, root)).toEqual([]);
  });

  it('touches nothing without services', async () => {
    const root = await kernelWith(IPVS);
    expect(await prepareKernel({ services: [], departing: [] }, root)).toEqual([]);
    expect(await value(root, 'net/ipv4/vs/expire_nodest_conn')).toBe('0');
  });
});
