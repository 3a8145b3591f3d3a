import { join } from 'node:path';
import { z } from 'zod';
import { eventually } from '#testkit/eventually.js';
import { pathInGuest } from './edge-init.js';
import type { EdgeLab } from './edge-lab.js';
import { compileProgram } from './lab-program.js';
import { addresses } from './topology.js';

const { anycast } = addresses;
const ORIGIN_SERVER = new URL('./programs/origin-server.ts', import.meta.url);
const START_TIMEOUT_MS = 90_000;

/** Where tunnels end; no other way leads there. */
export const TUNNEL_END = { ipv4: '10.91.3.11', ipv6: 'fd91:3::11' } as const;

export interface TunnelledServer {
  /** Packets that came out of the tunnel of one family, as its end has counted them. */
  readonly unwrapped: (family: 'ipv4' | 'ipv6') => Promise<number>;
  readonly stop: () => Promise<void>;
}

/**
 * A server of the anycast addresses at the end of a tunnel for each family. It lives in a namespace of the edge's own
 * kernel: not every host's kernel has tunnels, while a user-mode one always brings them.
 */
export async function startTunnelledServer(lab: EdgeLab, port: number): Promise<TunnelledServer> {
  const { commands, stateDirectory } = lab;
  await commands.run(preparation.join('\n'));
  const program = await compileProgram(ORIGIN_SERVER, join(stateDirectory, 'programs'));
  const server = await lab.startProcess({
    name: 'tunnelled-server',
    commandLine: [
      ...['ip', 'netns', 'exec', 'remote', pathInGuest(process.execPath), program],
      ...[String(port), ...Object.values(anycast)],
    ],
  });
  await eventually(() => commands.run(`grep -q listening ${server.logFile}`), START_TIMEOUT_MS);
  return {
    unwrapped: async (family) => {
      const { stdout } = await commands.run(`ip -n remote -s -j link show dev ${family}end`);
      return linksSchema.parse(JSON.parse(stdout))[0].stats64.rx.packets;
    },
    stop: async () => {
      await server.stop();
      await commands.run('ip netns delete remote');
    },
  };
}

const linksSchema = z.tuple([z.object({ stats64: z.object({ rx: z.object({ packets: z.number() }) }) })]);

const preparation = [
  'ip netns add remote',
  'ip link add remote type veth peer name eth0 netns remote',
  'ip address add 10.91.3.1/24 dev remote',
  'ip address add fd91:3::1/64 dev remote nodad',
  'ip link set remote up',
  `ip -n remote address add ${TUNNEL_END.ipv4}/24 dev eth0`,
  `ip -n remote address add ${TUNNEL_END.ipv6}/64 dev eth0 nodad`,
  'ip -n remote link set eth0 up',
  'ip -n remote route add default via 10.91.3.1',
  'ip -n remote route add default via fd91:3::1',
  `ip -n remote link add ipv4end type ipip local ${TUNNEL_END.ipv4}`,
  `ip -n remote link add ipv6end type ip6tnl mode ip6ip6 local ${TUNNEL_END.ipv6}`,
  // As on a real server: the anycast addresses on an interface of its own.
  `ip -n remote address add ${anycast.ipv4}/32 dev lo`,
  `ip -n remote address add ${anycast.ipv6}/128 dev lo nodad`,
  ...['lo', 'ipv4end', 'ipv6end'].map((name) => `ip -n remote link set ${name} up`),
  // The server's router is the edge here, which sees answers in its own name; elsewhere they take another way.
  'sysctl -q -w net.ipv4.conf.all.accept_local=1 net.ipv4.conf.remote.accept_local=1',
];
