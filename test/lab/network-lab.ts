import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { startBirdDaemon } from './bird-daemon.js';
import { edgeBirdConfiguration, routerBirdConfiguration } from './bird-configuration.js';
import { pathInGuest } from './edge-init.js';
import { startLab, type Lab, type LabEdge } from './lab.js';
import { inNamespace } from './network.js';
import { BACK_INTERFACE, describeNetwork, EDGE_NAMES, ipv6Of, network, type EdgeName } from './network-topology.js';
import { runCommand } from './run-command.js';

/** Two edges behind a router, with BIRD running on all three. No agent yet. */
export interface NetworkLab extends Lab<ReturnType<typeof describeNetwork>> {
  readonly edge: (name: EdgeName) => LabEdge;
  /** Fronts of the edges that the router's kernel sends packets for an anycast address to, in order; what BIRD made of BGP. */
  readonly nextHops: (anycast?: string) => Promise<readonly string[]>;
}

/** In the guests, where the agents find BIRD. */
export const BIRD_SOCKET = '/run/bird.ctl';

/** One way. */
const FAR_DELAY_MS = 40;

export async function startNetworkLab(bird: string): Promise<NetworkLab> {
  const lab = await startLab(describeNetwork);
  try {
    await startRouter(lab, bird);
    for (const edge of lab.edges) await Promise.all([startEdgeBird(edge, bird), edge.commands.run(delayFarOrigin())]);
    return {
      ...lab,
      edge: (name) => edgeCalled(lab, name),
      nextHops: (anycast = network.anycast) => readNextHops(lab, anycast),
    };
  } catch (error) {
    await lab.stop();
    throw error;
  }
}

async function startRouter(
  { topology, directory }: Lab<ReturnType<typeof describeNetwork>>,
  bird: string,
): Promise<void> {
  const { router } = topology.namespaces;
  // By addresses and ports, as routers do: one user's connections may come in at several edges.
  const settings = [
    ...['net.ipv4.ip_forward=1', 'net.ipv4.fib_multipath_hash_policy=1'],
    ...['net.ipv6.conf.all.forwarding=1', 'net.ipv6.fib_multipath_hash_policy=1'],
  ];
  await runCommand(inNamespace(router, ['sysctl', '-q', '-w', ...settings]));
  const configuration = join(directory, 'router.conf');
  await writeFile(configuration, routerBirdConfiguration());
  const socketPath = join(directory, 'router.ctl');
  await startBirdDaemon({ program: bird, namespace: router, configuration, socketPath });
}

async function startEdgeBird({ name, stateDirectory, startProcess }: LabEdge, bird: string): Promise<void> {
  const configuration = join(stateDirectory, 'bird.conf');
  await writeFile(configuration, edgeBirdConfiguration(name as EdgeName));
  await startProcess({
    name: 'bird',
    commandLine: [pathInGuest(bird), '-f', '-c', configuration, '-s', BIRD_SOCKET],
  });
}

/** Delayed on its way out of the edge, where the kernel has netem; not every host's does. */
function delayFarOrigin(): string {
  const device = `dev ${BACK_INTERFACE}`;
  const everythingFirst = Array.from({ length: 16 }, () => 0).join(' ');
  return [
    `tc qdisc add ${device} root handle 1: prio bands 2 priomap ${everythingFirst}`,
    `tc qdisc add ${device} parent 1:2 netem delay ${FAR_DELAY_MS}ms limit 10000`,
    ...network.origins.far.flatMap((address) => [
      `tc filter add ${device} parent 1: protocol ip prio 1 u32 match ip dst ${address}/32 flowid 1:2`,
      `tc filter add ${device} parent 1: protocol ipv6 prio 2 u32 match ip6 dst ${ipv6Of(address)}/128 flowid 1:2`,
    ]),
  ].join(' && ');
}

function edgeCalled({ edges }: Lab, name: EdgeName): LabEdge {
  const edge = edges[EDGE_NAMES.indexOf(name)];
  if (edge === undefined) throw new Error(`the lab has no edge ${name}`);
  return edge;
}

const hopSchema = z.object({ gateway: z.string() });
const routesSchema = z.array(z.union([z.object({ nexthops: z.array(hopSchema) }), hopSchema]));

async function readNextHops(
  { topology }: Lab<ReturnType<typeof describeNetwork>>,
  anycast: string,
): Promise<readonly string[]> {
  const family = anycast.includes(':') ? '-6' : '-4';
  const { stdout } = await runCommand([
    ...['ip', family, '-n', topology.namespaces.router, '-json', 'route', 'show', anycast],
  ]);
  const routes = routesSchema.parse(JSON.parse(stdout === '' ? '[]' : stdout));
  return routes
    .flatMap((route) => ('nexthops' in route ? route.nexthops : [route]).map(({ gateway }) => gateway))
    .sort();
}
