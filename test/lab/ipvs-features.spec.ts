import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { PublishedEndpoint, PublishedLoadBalancer } from '#contracts/edge-configuration.js';
import { eventually } from '#testkit/eventually.js';
import { describeWith } from '#testkit/real-part.js';
import { exampleLoadBalancer } from '../../edge-agent/src/configuration/example-configuration.js';
import { serviceKey } from '../../edge-agent/src/data-plane/service.js';
import { holdDialogues, runDialogues, startUdpOrigin } from './dialogue.js';
import { startEdgeLab, type EdgeLab } from './edge-lab.js';
import type { HostProcess } from './host-process.js';
import { prepareLab } from './packages.js';
import { ReconciledEdge } from './reconciled-edge.js';
import { attemptCommand, runCommand } from './run-command.js';
import { addresses } from './topology.js';
import { startTunnelledServer, TUNNEL_END } from './tunnelled-server.js';
import { startOrigin } from './traffic.js';

const { anycast, west, east } = addresses;
const FAMILIES = ['ipv4', 'ipv6'] as const;
const TCP_PORT = 443;
const UDP_PORTS = [5_000, 5_003] as const;

type Weights = Readonly<Record<'west' | 'east', number>>;

const endpoints = (family: (typeof FAMILIES)[number], weights: Weights, changes: Partial<PublishedEndpoint> = {}) => [
  { origin: 'west', address: west[family], weight: weights.west, ...changes },
  { origin: 'east', address: east[family], weight: weights.east },
];

const balancer = (changes: Partial<PublishedLoadBalancer>): PublishedLoadBalancer =>
  exampleLoadBalancer({
    addresses: [anycast.ipv4],
    listeners: [{ protocol: 'TCP', port: TCP_PORT }],
    endpoints: endpoints('ipv4', { west: 1, east: 1 }),
    ...changes,
  });

describeWith('what IPVS forwards and how it lets go', await prepareLab(), () => {
  let lab: EdgeLab;
  let edge: ReconciledEdge;
  const servers: HostProcess[] = [];

  beforeAll(async () => {
    lab = await startEdgeLab();
    for (const { ipv4, ipv6 } of [west, east])
      servers.push(await startOrigin(lab, [ipv4, ipv6], TCP_PORT), await startUdpOrigin(lab, [ipv4, ipv6], UDP_PORTS));
    // Ended datagram flows are forgotten after two seconds instead of five minutes.
    await lab.commands.run('ipvsadm --set 0 0 2');
  });

  afterAll(async () => {
    for (const server of servers) await server.kill();
    await lab.stop();
  });

  beforeEach(async () => {
    await lab.commands.run('ipvsadm -C');
    edge = new ReconciledEdge(lab.commands);
  });

  const kernelWeights = async () =>
    Object.fromEntries(
      (await edge.read()).flatMap(({ destinations }) => destinations.map(({ address, weight }) => [address, weight])),
    );

  describe.each(FAMILIES)('%s', (family) => {
    it('forwards UDP: one port, and a range of ports by a mark', async () => {
      const [first, last] = UDP_PORTS;
      const both = endpoints(family, { west: 1, east: 1 });
      const rotation: Partial<PublishedLoadBalancer> = {
        addresses: [anycast[family]],
        distribution: 'weighted-round-robin',
        endpoints: both,
      };
      const single = balancer({ ...rotation, name: 'dns', listeners: [{ protocol: 'UDP', port: first }] });
      const range = balancer({
        ...rotation,
        name: 'games',
        forwarding: { method: 'masquerade', sourceNat: true },
        listeners: [{ protocol: 'UDP', port: first + 1, endPort: last }],
      });
      expect(await edge.bringTo(single, range)).toEqual([]);
      const order = { protocol: 'UDP', host: anycast[family], ports: [5_000, 5_001, 5_002, 5_003], count: 16 } as const;
      const { answeredBy } = await runDialogues(lab, order);
      expect(countsOf(answeredBy)).toEqual({ [west[family]]: 8, [east[family]]: 8 });
      // The kernel sums its counters up every two seconds.
      await eventually(async () => {
        const services = await edge.read();
        expect(
          services.map((service) => [serviceKey(service).replace(/ .*:/, ' '), service.counters.connections]),
        ).toEqual(
          expect.arrayContaining([
            ['UDP 5000', 4],
            ['UDP 5001-5003', 12],
          ]),
        );
      });
    });
  });

  it('keeps a client with its endpoint, and lets go of it when the endpoint drains', async () => {
    const affine = { distribution: 'weighted-round-robin', affinitySeconds: 300 } as const;
    expect(await edge.bringTo(balancer(affine))).toEqual([]);
    const order = { protocol: 'TCP', host: anycast.ipv4, ports: [TCP_PORT], count: 10 } as const;
    const [first, ...others] = Object.keys(countsOf((await runDialogues(lab, order)).answeredBy));
    expect(others).toEqual([]);
    const leaving = balancer(affine).endpoints.map((endpoint) => ({
      ...endpoint,
      ...(endpoint.address === first && { draining: true as const, weight: 0 }),
    }));
    expect(await edge.bringTo(balancer({ ...affine, endpoints: leaving }))).toEqual([]);
    const after = countsOf((await runDialogues(lab, order)).answeredBy);
    expect(after).toEqual({ [first === west.ipv4 ? east.ipv4 : west.ipv4]: 10 });
  });

  it('lets open connections finish on a draining endpoint, and removes it when the last has', async () => {
    expect(await edge.bringTo(balancer({ endpoints: endpoints('ipv4', { west: 1, east: 0 }) }))).toEqual([]);
    const order = { protocol: 'TCP', host: anycast.ipv4, ports: [TCP_PORT], count: 3 } as const;
    const held = await holdDialogues(lab, order);
    onTestFinished(held.abandon);
    const draining = balancer({ endpoints: endpoints('ipv4', { west: 0, east: 1 }, { draining: true }) });
    for (let sync = 0; sync < 2; sync += 1) expect(await edge.bringTo(draining)).toEqual([]);
    expect(await kernelWeights()).toEqual({ [west.ipv4]: 0, [east.ipv4]: 1 });
    expect(edge.draining).toEqual([`TCP ${anycast.ipv4}:${TCP_PORT} -> ${west.ipv4}:${TCP_PORT}`]);
    expect(countsOf((await runDialogues(lab, order)).answeredBy)).toEqual({ [east.ipv4]: 3 });
    expect((await held.end()).answeredBy).toEqual([west.ipv4, west.ipv4, west.ipv4]);
    // The kernel remembers a reset connection for ten seconds.
    await eventually(async () => {
      await edge.bringTo(draining);
      expect(await kernelWeights()).toEqual({ [east.ipv4]: 1 });
    }, 60_000);
  });

  it('changes weights under open connections without touching them', async () => {
    expect(await edge.bringTo(balancer({}))).toEqual([]);
    const held = await holdDialogues(lab, { protocol: 'TCP', host: anycast.ipv4, ports: [TCP_PORT], count: 10 });
    onTestFinished(held.abandon);
    for (const weights of [
      { west: 65_535, east: 1 },
      { west: 0, east: 3 },
      { west: 7, east: 0 },
    ])
      expect(await edge.bringTo(balancer({ endpoints: endpoints('ipv4', weights) }))).toEqual([]);
    expect(await kernelWeights()).toEqual({ [west.ipv4]: 7, [east.ipv4]: 0 });
    expect(await held.end()).toEqual(held.opened);
    expect(held.opened.answeredBy).not.toContain(null);
  });

  it('hands packets on unchanged by direct forwarding, of either family', async () => {
    const { origins } = lab.topology.namespaces;
    // The origins' router is the edge here, which sees answers in its own name; elsewhere they take another way.
    await lab.commands.run('sysctl -q -w net.ipv4.conf.all.accept_local=1 net.ipv4.conf.eth1.accept_local=1');
    // As on a real server: the anycast addresses on an interface of its own.
    for (const address of Object.values(anycast)) {
      const own = (verb: string) => ['ip', '-n', origins, 'address', verb, address, 'dev', 'lo'];
      await runCommand([...own('add'), ...(address.includes(':') ? ['nodad'] : [])]);
      onTestFinished(() => void attemptCommand(own('del')));
    }
    const server = await startOrigin(lab, Object.values(anycast), TCP_PORT);
    onTestFinished(() => server.kill());
    for (const family of FAMILIES) {
      const direct = balancer({
        addresses: [anycast[family]],
        forwarding: { method: 'direct', sourceNat: false },
        endpoints: endpoints(family, { west: 1, east: 0 }),
      });
      expect(await edge.bringTo(direct)).toEqual([]);
      await expectAnsweredThrough(family, west[family]);
    }
  });

  it('hands packets on in a tunnel, of either family', async () => {
    const server = await startTunnelledServer(lab, TCP_PORT);
    onTestFinished(server.stop);
    for (const family of FAMILIES) {
      const tunnel = balancer({
        addresses: [anycast[family]],
        forwarding: { method: 'tunnel', sourceNat: false },
        endpoints: [{ origin: 'west', address: TUNNEL_END[family], weight: 1 }],
      });
      expect(await edge.bringTo(tunnel)).toEqual([]);
      await expectAnsweredThrough(family, TUNNEL_END[family]);
      // Of each connection a packet that opens it, one that asks, and more.
      expect(await server.unwrapped(family)).toBeGreaterThanOrEqual(6);
    }
  });

  /** Three connections are answered in the name that clients asked for, and the kernel counts them for this destination. */
  async function expectAnsweredThrough(family: (typeof FAMILIES)[number], destination: string): Promise<void> {
    const order = { protocol: 'TCP', host: anycast[family], ports: [TCP_PORT], count: 3 } as const;
    expect(countsOf((await runDialogues(lab, order)).answeredBy)).toEqual({ [anycast[family]]: 3 });
    await eventually(async () => {
      const counted = (await edge.read()).flatMap((service) => service.destinations);
      expect(counted.find(({ address }) => address === destination)?.counters.connections).toBe(3);
    });
  }
});

function countsOf(answeredBy: readonly (string | null)[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const origin of answeredBy) counts[origin ?? 'nobody'] = (counts[origin ?? 'nobody'] ?? 0) + 1;
  return counts;
}
