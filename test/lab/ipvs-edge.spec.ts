import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { PublishedLoadBalancer } from '#contracts/edge-configuration.js';
import { eventually } from '#testkit/eventually.js';
import { describeWith } from '#testkit/real-part.js';
import { ControlPlane } from './control-plane.js';
import { startEdgeLab, type EdgeLab } from './edge-lab.js';
import type { GuestProcess } from './guest-process.js';
import type { HostProcess } from './host-process.js';
import { readCounters, readServices, socketOf } from './kernel-table.js';
import { expectHealthy, lastSyncMs, startAgent } from './lab-agent.js';
import { prepareLab } from './packages.js';
import type { Traffic } from './programs/load-generator.js';
import { describeSpread, growth, percentages, publishedSpread, type Counts } from './spread.js';
import { addresses } from './topology.js';
import { sendConnections, startOrigin, startTraffic } from './traffic.js';

const { anycast, client, edge, west, east } = addresses;
type Origin = typeof west | typeof east;

const EDGE = 'edge';
const PORT = 443;
const ORIGIN_PORT = 8080;
/** For what comes to pass at no promised time, however busy the machine. */
const PATIENCE_MS = 90_000;
const HEALTH_CHECK = { protocol: 'TCP', intervalMs: 500, timeoutMs: 400, unhealthyThreshold: 3, healthyThreshold: 2 };

const SCHEDULERS = {
  'maglev-5-tuple': 'mh -b mh-fallback,mh-port',
  'weighted-round-robin': 'wrr',
} as const;

/** What an operator wants of the one load balancer. */
interface Wishes {
  /** Percentages of its connections, for west and east. */
  readonly dials: readonly [number, number];
  readonly distribution?: keyof typeof SCHEDULERS;
  readonly sourceNat?: boolean;
}

/** Traffic that goes on until it is ended: about a hundred short connections a second, and some that stay. */
const ENDLESS = { host: anycast.ipv4, port: PORT, short: null, concurrency: 5, pauseMs: 50, held: 20 };

describeWith('an edge with a real IPVS kernel', await prepareLab(), () => {
  let lab: EdgeLab;
  let controlPlane: ControlPlane;
  let tokenFile: string;
  let agent: GuestProcess;
  const servers = new Map<Origin, HostProcess>();

  beforeAll(async () => {
    lab = await startEdgeLab();
    controlPlane = new ControlPlane(lab);
    await Promise.all([controlPlane.start(), serve(west), serve(east)]);
    await lab.commands.run(
      'ipvsadm -A -t 198.51.100.7:80 -s rr; ipvsadm -a -t 198.51.100.7:80 -r 10.91.2.12:81 -m -w 7',
    );
    for (const [name, { ipv4, ipv6 }] of Object.entries({ west, east })) {
      const endpoints = [{ address: ipv4 }, { address: ipv6 }];
      await controlPlane.api.put(`/v1/origins/${name}`, { region: name, endpoints });
    }
    await controlPlane.api.put(`/v1/edges/${EDGE}`, { site: 'lab', region: 'west' });
    tokenFile = await controlPlane.tokenFile(EDGE);
    agent = await startAgent(lab, controlPlane.url, { WEIR_EDGE_TOKEN_FILE: tokenFile });
  });

  afterAll(async () => {
    await controlPlane.kill();
    await lab.stop();
  });

  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      const { stdout } = await lab.commands.attempt('ipvsadm -Sn; ipvsadm -Ln --stats --exact; ip address; ip route');
      const log = await readFile(agent.logFile, 'utf8');
      process.stderr.write(`the edge:\n${stdout}\nits agent:\n${log}\nits console:\n${lab.consoleTail()}\n`);
    });
  });

  it('makes the services that the control plane published', async () => {
    await publish({ dials: [70, 30] });
    const services = await readServices(lab.commands);
    expect(Object.keys(services).sort()).toEqual(['198.51.100.7:80', '203.0.113.10:443', '[2001:db8::10]:443']);
    expect(services['203.0.113.10:443']?.scheduler).toBe('mh -b mh-fallback,mh-port');
    expect(percentages(services['203.0.113.10:443']?.weights ?? {})).toEqual({ '10.91.2.11': 70, '10.91.2.12': 30 });
    await expectHealthy(lab);
  });

  it('spreads connections as published, and anew after a change that fails none of them', async () => {
    const before = await publish({ dials: [70, 30] });
    await expectSpread(before, anycast.ipv4, { connections: 1_200, withinPoints: 5 });

    const counted = await readCounters(lab.commands, anycast.ipv4, PORT);
    const flow = await startTraffic(lab, ENDLESS);
    onTestFinished(flow.abandon);
    await expectNewConnections();
    const after = await publish({ dials: [20, 80] });
    await expectNewConnections();
    await expectNoneFailed(await flow.end(), counted);

    await expectSpread(after, anycast.ipv4, { connections: 1_200, withinPoints: 5 });
  });

  it('forwards IPv6', async () => {
    await expectSpread(await published(), anycast.ipv6, { connections: 200, withinPoints: 14 });
  });

  it('hides clients behind the edge with source NAT alone', async () => {
    for (const [sourceNat, seen] of [
      [false, client],
      [true, edge],
    ] as const) {
      await publish({ dials: [70, 30], sourceNat });
      for (const family of ['ipv4', 'ipv6'] as const) {
        const before = await readCounters(lab.commands, anycast[family], PORT);
        const traffic = await sendConnections(lab, anycast[family], 20);
        expect(traffic.seenFrom).toEqual({ [seen[family]]: 20 });
        await expectNoneFailed(traffic, before, anycast[family]);
      }
    }
  });

  describe('when its control plane is gone', () => {
    let shop: PublishedLoadBalancer;

    beforeAll(async () => {
      shop = await published();
      await controlPlane.kill();
    });

    it('takes a dead endpoint out by itself, and back in when it returns', async () => {
      await eventually(() => expectForwarding(shop));
      const { unhealthyThreshold, intervalMs } = HEALTH_CHECK;
      await servers.get(west)?.kill();
      const diedMs = performance.now();
      try {
        await eventually(() => expectForwarding(shop, Object.values(west)), PATIENCE_MS);
        // To look at the kernel takes longer here than an ordinary one needs for all of it.
        say(
          `the kernel spared the dead endpoints after ${seconds(performance.now() - diedMs)}; ` +
            `to notice takes ${seconds(unhealthyThreshold * intervalMs)}, the last sync took ${seconds(await lastSyncMs(lab))}`,
        );
        expect(await measure(anycast.ipv4, 50)).toEqual({ [east.ipv4]: 50 });
      } finally {
        await serve(west);
      }
      await eventually(() => expectForwarding(shop));
    });

    it('repairs what somebody else changed', async () => {
      await lab.commands.run('ipvsadm -e -t 203.0.113.10:443 -r 10.91.2.11:8080 -m -w 1');
      await lab.commands.run('ipvsadm -D -t [2001:db8::10]:443');
      await lab.commands.run('ip address flush dev weir0');
      // The services may be back before the addresses went.
      await eventually(expectAddresses);
      await eventually(() => expectForwarding(shop));
      await measure(anycast.ipv4, 50);
      await measure(anycast.ipv6, 50);
    });

    it('goes on forwarding when its agent is killed, which finds its services again', async () => {
      const counted = await readCounters(lab.commands, anycast.ipv4, PORT);
      const flow = await startTraffic(lab, ENDLESS);
      onTestFinished(flow.abandon);
      await agent.signal('KILL');
      await eventually(async () => {
        expect(await agent.isRunning()).toBe(false);
      });
      await expectNewConnections();
      agent = await startAgent(lab, controlPlane.url, { WEIR_EDGE_TOKEN_FILE: tokenFile });
      await eventually(() => expectHealthy(lab));
      await expectForwarding(shop);
      // A service made anew would have begun to count anew.
      await expectNoneFailed(await flow.end(), counted);
    });
  });

  it('takes orders again from a control plane that returns: connections are dealt out in turn', async () => {
    await controlPlane.kill();
    const shop = await publish({ dials: [70, 30], distribution: 'weighted-round-robin' });
    await expectSpread(shop, anycast.ipv4, { connections: 200, withinPoints: 1 });
  });

  async function serve(origin: Origin): Promise<void> {
    servers.set(origin, await startOrigin(lab, Object.values(origin), ORIGIN_PORT));
  }

  /** Has the wishes published, freezes the scheduler, and waits for the agent. Answers what is in force from now on. */
  async function publish(wishes: Wishes): Promise<PublishedLoadBalancer> {
    await controlPlane.start();
    const { api } = controlPlane;
    await api.setMode('running');
    await api.put('/v1/load-balancers/shop', loadBalancer(wishes));
    await eventually(async () => {
      expectFulfilled(wishes, await published());
    }, PATIENCE_MS);
    await api.setMode('frozen');
    await eventually(async () => {
      expect(await api.edgeStatus(EDGE)).toMatchObject({ isCurrent: true });
    }, PATIENCE_MS);
    const shop = await published();
    await expectForwarding(shop);
    return shop;
  }

  async function published(): Promise<PublishedLoadBalancer> {
    const { loadBalancers } = await controlPlane.published(EDGE);
    const [shop] = loadBalancers;
    if (shop === undefined) throw new Error('the load balancer is not published yet');
    return shop;
  }

  /** The kernel forwards as published, but not to the addresses in `down`, and somebody else's service is as it was. */
  async function expectForwarding(shop: PublishedLoadBalancer, down: readonly string[] = []): Promise<void> {
    const services = await readServices(lab.commands);
    expect(services['198.51.100.7:80']).toEqual({ scheduler: 'rr', weights: { '10.91.2.12': 7 } });
    for (const address of Object.values(anycast)) {
      const service = services[socketOf(address, PORT)];
      expect(service?.scheduler).toBe(Object.entries(SCHEDULERS).find(([name]) => name === shop.distribution)?.[1]);
      expect(percentages(service?.weights ?? {})).toEqual(publishedSpread(shop, address, down));
    }
  }

  async function expectAddresses(): Promise<void> {
    const { stdout } = await lab.commands.run('ip -oneline address show dev weir0');
    for (const address of Object.values(anycast)) expect(stdout).toContain(` ${address}/`);
  }

  /** The kernel's own counters follow what was published. */
  async function expectSpread(
    shop: PublishedLoadBalancer,
    address: string,
    { connections, withinPoints }: { connections: number; withinPoints: number },
  ): Promise<void> {
    const wanted = publishedSpread(shop, address);
    const counted = percentages(await measure(address, connections));
    say(`published ${describeSpread(wanted)}; the kernel counted ${describeSpread(counted)}`);
    for (const [endpoint, percent] of Object.entries(wanted))
      expect(Math.abs((counted[endpoint] ?? 0) - percent)).toBeLessThanOrEqual(withinPoints);
  }

  /** Sends connections, none of which may fail; answers how many the kernel counted for each destination. */
  async function measure(address: string, connections: number): Promise<Counts> {
    const before = await readCounters(lab.commands, address, PORT);
    return expectNoneFailed(await sendConnections(lab, address, connections), before, address);
  }

  /** Every connection was answered, and counted for the destination that answered it. Counters are up to 2 s late. */
  async function expectNoneFailed(traffic: Traffic, before: Counts, address: string = anycast.ipv4): Promise<Counts> {
    expect(traffic.failures).toEqual({});
    return eventually(async () => {
      const counted = growth(await readCounters(lab.commands, address, PORT), before);
      expect(counted).toEqual(traffic.answeredBy);
      return counted;
    }, PATIENCE_MS);
  }

  async function expectNewConnections(): Promise<void> {
    const before = await readCounters(lab.commands, anycast.ipv4, PORT);
    await eventually(async () => {
      expect(growth(await readCounters(lab.commands, anycast.ipv4, PORT), before)).not.toEqual({});
    }, PATIENCE_MS);
  }
});

/** The figures of a run are worth reading even when it passes. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function loadBalancer({ dials, distribution = 'maglev-5-tuple', sourceNat = true }: Wishes): object {
  return {
    addresses: Object.values(anycast),
    listeners: [{ protocol: 'TCP', port: PORT }],
    origins: ['west', 'east'].map((origin, index) => ({ origin, port: ORIGIN_PORT, dialPercent: dials[index] })),
    distribution,
    forwarding: { sourceNat },
    healthCheck: HEALTH_CHECK,
    policy: { maxShiftPercent: 100 },
  };
}

function expectFulfilled(
  { dials, distribution = 'maglev-5-tuple', sourceNat = true }: Wishes,
  shop: PublishedLoadBalancer,
): void {
  const westPercent = publishedSpread(shop, anycast.ipv4)[west.ipv4] ?? Number.NaN;
  expect(Math.abs(westPercent - dials[0])).toBeLessThanOrEqual(0.5);
  expect(shop).toMatchObject({ distribution, forwarding: { sourceNat } });
}
