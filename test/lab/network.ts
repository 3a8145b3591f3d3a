import { spawnSync } from 'node:child_process';
import { runCommand } from './run-command.js';
import { addresses, type Cable, type LabTopology } from './topology.js';

type CommandLine = readonly string[];

const removalTimeoutMs = 5_000;

/** The commands that build the network, in order. */
function planNetwork(topology: LabTopology): readonly CommandLine[] {
  const { clients, origins, wires } = topology.namespaces;
  return [
    ...[clients, origins, wires].flatMap(planNamespace),
    ...topology.cables.flatMap((cable) => planCable(wires, cable)),
    ...Object.values(addresses.anycast).map((address) => planRoute(clients, address, gateway(topology, 0, address))),
    ...planReturnRoutes(topology),
  ];
}

/** Commands of the host or of one of its namespaces. */
export function inNamespace(namespace: string, commandLine: CommandLine): CommandLine {
  return ['ip', 'netns', 'exec', namespace, ...commandLine];
}

export async function createNetwork(topology: LabTopology): Promise<void> {
  for (const commandLine of planNetwork(topology)) await runCommand(commandLine);
}

/**
 * Ends every process in the namespaces and removes these; what lies in them goes with them. Safe to call twice or on
 * a half-built network. Synchronous, because it must also work while the process exits.
 */
export function removeNetwork(topology: Pick<LabTopology, 'namespaces' | 'hostInterface'>): void {
  for (const namespace of Object.values(topology.namespaces)) removeNamespace(namespace);
  attempt(['ip', 'link', 'delete', topology.hostInterface]);
}

export function listNamespaces(): readonly string[] {
  return attempt(['ip', 'netns', 'list'])
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '');
}

function planNamespace(namespace: string): CommandLine[] {
  return [
    ['ip', 'netns', 'add', namespace],
    ['ip', '-n', namespace, 'link', 'set', 'lo', 'up'],
  ];
}

/**
 * The bridges stand in a namespace of their own, not on the host: there a container engine's bridge filter
 * (net.bridge.bridge-nf-call-iptables with a FORWARD policy of DROP) would swallow the lab's packets.
 */
function planCable(wires: string, { tap, bridge, port, ...far }: Cable): CommandLine[] {
  const ip = ['ip', '-n', wires];
  const farIp = far.farNamespace === undefined ? ['ip'] : ['ip', '-n', far.farNamespace];
  return [
    [...ip, 'link', 'add', bridge, 'type', 'bridge'],
    [...ip, 'tuntap', 'add', tap, 'mode', 'tap'],
    [...farIp, 'link', 'add', far.farInterface, 'type', 'veth', 'peer', 'name', port, 'netns', wires],
    ...[tap, port].map((name) => [...ip, 'link', 'set', name, 'master', bridge, 'up']),
    [...ip, 'link', 'set', bridge, 'up'],
    ...[tap, port, bridge].map((name) => [...ip, 'link', 'set', name, 'addrgenmode', 'none']),
    ...planFarEnd(farIp, far),
  ];
}

function planFarEnd(
  farIp: CommandLine,
  far: Pick<Cable, 'farNamespace' | 'farInterface' | 'farAddresses'>,
): CommandLine[] {
  // The guest's network driver passes on unfinished checksums and oversized segments as they are: TCP would stall.
  const withoutOffload = ['ethtool', '-K', far.farInterface, 'tx', 'off', 'tso', 'off', 'gso', 'off'];
  return [
    far.farNamespace === undefined ? withoutOffload : inNamespace(far.farNamespace, withoutOffload),
    ...far.farAddresses.map((address) => planAddress(farIp, far.farInterface, address)),
    [...farIp, 'link', 'set', far.farInterface, 'up'],
  ];
}

function planAddress(ip: CommandLine, name: string, address: string): CommandLine {
  // Without nodad an IPv6 address is unusable for its first second.
  return [...ip, 'address', 'add', address, 'dev', name, ...(isIpv6(address) ? ['nodad'] : [])];
}

/** So that origins reach the clients through the edge whether or not it hides these behind its own address. */
function planReturnRoutes(topology: LabTopology): CommandLine[] {
  const { origins } = topology.namespaces;
  return ['10.91.1.0/24', 'fd91:1::/64'].map((network) => planRoute(origins, network, gateway(topology, 1, network)));
}

function planRoute(namespace: string, destination: string, via: string): CommandLine {
  return ['ip', '-n', namespace, 'route', 'add', destination, 'via', via];
}

/** The edge's address on a cable, of the same family as the destination. */
function gateway(topology: LabTopology, cableIndex: number, destination: string): string {
  const addresses = topology.cables[cableIndex]?.edgeAddresses ?? [];
  const address = addresses.find((candidate) => isIpv6(candidate) === isIpv6(destination));
  if (address === undefined) throw new Error(`cable ${cableIndex} has no edge address to route ${destination} by`);
  return address.replace(/\/.*/, '');
}

function isIpv6(address: string): boolean {
  return address.includes(':');
}

/** Ends what runs in a namespace and removes it. Synchronous; does nothing if there is no such namespace. */
export function removeNamespace(namespace: string): void {
  const pids = attempt(['ip', 'netns', 'pids', namespace]).split('\n').filter(Boolean);
  if (pids.length > 0) attempt(['kill', '-KILL', ...pids]);
  attempt(['ip', 'netns', 'delete', namespace]);
}

function attempt([program = '', ...args]: CommandLine): string {
  const options = { encoding: 'utf8', timeout: removalTimeoutMs, killSignal: 'SIGKILL' } as const;
  // Null when the program could not be started, against its declared type.
  const { stdout } = spawnSync(program, args, options) as { stdout: string | null };
  return stdout ?? '';
}
