import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '#testkit/real-part.js';
import { IpvsDataPlane } from '../../../edge-agent/src/ipvs/ipvs-data-plane.js';
import type { Destination, Distribution } from '../../../edge-agent/src/data-plane/service.js';
import { runDialogues } from '../dialogue.js';
import { startEdgeLab, type EdgeLab } from '../edge-lab.js';
import type { HostProcess } from '../host-process.js';
import { prepareLab } from '../packages.js';
import { runInGuest } from '../reconciled-edge.js';
import { runCommand } from '../run-command.js';
import { addresses } from '../topology.js';
import { startOrigin } from '../traffic.js';
import { writeMeasuredTable } from './measured-table.js';
import { spreadOf, type Spread } from './sequence.js';

const { anycast, client, edge, west, east } = addresses;
const PORT = 443;
const CONNECTIONS = 600;
const DOCUMENT = new URL('../../../docs/distributions.md', import.meta.url);

const WEIGHTS: readonly (readonly [number, number])[] = [
  [70, 30],
  [90, 10],
  [903, 97],
];
const DISTRIBUTIONS: readonly Distribution[] = [
  'maglev-5-tuple',
  'maglev-source-ip',
  'weighted-round-robin',
  'weighted-least-connection',
];

/** The clients' network has all addresses of this prefix: hashing by source needs many clients. */
const CLIENTS = '10.91.16.0/20';
const SOURCES = Array.from({ length: CONNECTIONS }, (_, index) => `10.91.${16 + (index >> 8)}.${index & 255}`).filter(
  (address) => !address.endsWith('.0'),
);

/**
 * Each with a port of its own on the edge. To a service that was there before, the kernel gives its old destinations back,
 * with the connections that they still have, and least connections would count those.
 */
const CASES = DISTRIBUTIONS.flatMap((distribution) => WEIGHTS.map((weights) => [distribution, weights] as const)).map(
  ([distribution, weights], index) => [distribution, weights, PORT + index] as const,
);

interface Measurement extends Spread {
  readonly distribution: Distribution;
  readonly weights: readonly [number, number];
}

describeWith('how the kernel’s distributions spread and mix', await prepareLab(), () => {
  let lab: EdgeLab;
  const servers: HostProcess[] = [];
  const measurements: Measurement[] = [];

  beforeAll(async () => {
    lab = await startEdgeLab();
    for (const { ipv4 } of [west, east]) servers.push(await startOrigin(lab, [ipv4], PORT));
    await lab.commands.run(`ip address add ${anycast.ipv4}/32 dev lo; ip route add ${CLIENTS} via ${client.ipv4}`);
    const { clients, origins } = lab.topology.namespaces;
    await runCommand(['ip', '-n', clients, 'route', 'add', 'local', CLIENTS, 'dev', 'lo']);
    await runCommand(['ip', '-n', origins, 'route', 'add', CLIENTS, 'via', edge.ipv4]);
  });

  afterAll(async () => {
    for (const server of servers) await server.kill();
    await lab.stop();
    await writeMeasuredTable(DOCUMENT, tableOf(measurements));
  });

  it.each(CASES)('%s with %j', async (distribution, weights, port) => {
    await setUp(distribution, weights, port);
    const order = { protocol: 'TCP', host: anycast.ipv4, ports: [port], count: CONNECTIONS } as const;
    const { answeredBy } = await runDialogues(lab, {
      ...order,
      ...(distribution === 'maglev-source-ip' && { sources: SOURCES }),
    });
    expect(answeredBy).not.toContain(null);
    const spread = spreadOf(answeredBy, [west.ipv4, east.ipv4], weights);
    measurements.push({ distribution, weights, ...spread });
    process.stdout.write(`${rowOf({ distribution, weights, ...spread })}\n`);
    // What the agent relies on: the rest is only worth knowing.
    if (distribution.startsWith('maglev')) expect(Math.abs(spread.errorPoints)).toBeLessThan(6);
    if (distribution === 'weighted-round-robin' && weights[0] < 100)
      expect(spread).toMatchObject({
        errorPoints: expect.closeTo(0, 0) as number,
        longestRuns: [expect.any(Number), 1],
      });
  });

  async function setUp(distribution: Distribution, weights: readonly [number, number], port: number): Promise<void> {
    await lab.commands.run('ipvsadm -C');
    const service = { protocol: 'TCP', address: anycast.ipv4, port } as const;
    const destinations = [west, east].map(({ ipv4 }, index): Destination => ({
      ...{ address: ipv4, port: PORT, weight: weights[index] ?? 0, forwarding: 'masquerade' },
    }));
    const outcomes = await new IpvsDataPlane(runInGuest(lab.commands)).apply([
      { kind: 'add-service', service, settings: { distribution, affinitySeconds: null } },
      ...destinations.map((destination) => ({ kind: 'add-destination', service, destination }) as const),
    ]);
    expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
  }
});

function rowOf({ distribution, weights, sharePercent, errorPoints, longestRuns }: Measurement): string {
  const error = `${errorPoints < 0 ? '−' : '+'}${Math.abs(errorPoints).toFixed(1)}`;
  return `| ${distribution} | ${weights.join(' : ')} | ${sharePercent.toFixed(1)} % | ${error} | ${longestRuns.join(' | ')} |`;
}

function tableOf(measurements: readonly Measurement[]): string {
  const heading = [
    '| distribution | weights | share of the first | error in points | longest run on the first | on the second |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  return [...heading, ...measurements.map(rowOf)].join('\n');
}
