import { spawnSync } from 'node:child_process';
import { runCommand } from './run-command.js';
import type { EdgeInterface, LabTopology, Route, Segment, SegmentEnd } from './topology.js';

type CommandLine = readonly string[];

const removalTimeoutMs = 5_000;

/** The commands that build the network, in order. */
function planNetwork({ namespaces, segments, edges, routes }: LabTopology): readonly CommandLine[] {
  const { wires } = namespaces;
  return [
    ...Object.values(namespaces).flatMap(planNamespace),
    ...segments.flatMap((segment) => planSegment(wires, segment)),
    ...edges.flatMap(({ interfaces }) => interfaces.flatMap((end) => planTap(wires, end))),
    ...routes.map(planRoute),
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
export function removeNetwork({ namespaces, segments }: Pick<LabTopology, 'namespaces' | 'segments'>): void {
  for (const namespace of Object.values(namespaces)) removeNamespace(namespace);
  for (const end of segments.flatMap(({ ends }) => ends))
    if (end.namespace === undefined) attempt(['ip', 'link', 'delete', end.interface]);
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
function planSegment(wires: string, { bridge, ends }: Segment): CommandLine[] {
  const ip = ['ip', '-n', wires];
  return [
    [...ip, 'link', 'add', bridge, 'type', 'bridge'],
    [...ip, 'link', 'set', bridge, 'addrgenmode', 'none', 'up'],
    ...ends.flatMap((end, index) => planEnd(wires, bridge, `${bridge}${index}`, end)),
  ];
}

function planEnd(wires: string, bridge: string, port: string, end: SegmentEnd): CommandLine[] {
  const ip = end.namespace === undefined ? ['ip'] : ['ip', '-n', end.namespace];
  // The guest's network driver passes on unfinished checksums and oversized segments as they are: TCP would stall.
  const withoutOffload = ['ethtool', '-K', end.interface, 'tx', 'off', 'tso', 'off', 'gso', 'off'];
  return [
    [...ip, 'link', 'add', end.interface, 'type', 'veth', 'peer', 'name', port, 'netns', wires],
    plug(wires, port, bridge),
    end.namespace === undefined ? withoutOffload : inNamespace(end.namespace, withoutOffload),
    ...end.addresses.map((address) => planAddress(ip, end.interface, address)),
    [...ip, 'link', 'set', end.interface, 'up'],
  ];
}

function planTap(wires: string, { bridge, tap }: EdgeInterface): CommandLine[] {
  return [['ip', '-n', wires, 'tuntap', 'add', tap, 'mode', 'tap'], plug(wires, tap, bridge)];
}

function plug(wires: string, port: string, bridge: string): CommandLine {
  return ['ip', '-n', wires, 'link', 'set', port, 'master', bridge, 'addrgenmode', 'none', 'up'];
}

function planAddress(ip: CommandLine, name: string, address: string): CommandLine {
  // Without nodad an IPv6 address is unusable for its first second.
  return [...ip, 'address', 'add', address, 'dev', name, ...(isIpv6(address) ? ['nodad'] : [])];
}

function planRoute({ namespace, destination, via }: Route): CommandLine {
  return ['ip', '-n', namespace, 'route', 'add', destination, 'via', via];
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
