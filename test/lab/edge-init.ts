import { fileURLToPath } from 'node:url';
import type { EdgeInterface, EdgePlace } from './topology.js';

/** Kernel modules that nothing loads on demand, as it does IPVS schedulers, firewall matches and dummy interfaces. */
const modules = ['ip_vs', 'nf_conntrack'];

/**
 * The init program (process 1) of the guest: prepares an edge, then carries out the commands of GuestCommands until
 * it reads "stop" or its input ends, as it does when the process that booted it dies; then powers off.
 */
export function edgeInitScript(edge: EdgePlace, stateDirectory: string): string {
  return [
    '#!/bin/bash',
    'export PATH=/run/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp',
    'exec 2>&1',
    ...mounts(stateDirectory),
    ...moduleLoading(),
    ...interfaces(edge),
    ...kernelSettings,
    ...commandLoop(stateDirectory),
  ].join('\n');
}

/** Where the guest has all the files of the host, those under its own mounts included. */
const hostRoot = '/run/host';

/** The path in the guest of a file of the host, which may lie anywhere; read-only. */
export function pathInGuest(hostPath: string): string {
  return `${hostRoot}${hostPath}`;
}

/** The root is the host's own and read-only; the state directory alone can be written through to the host. */
function mounts(stateDirectory: string): string[] {
  return [
    'mount -t proc proc /proc',
    'mount -t sysfs sysfs /sys',
    'mount -t tmpfs tmpfs /run',
    'mount -t tmpfs tmpfs /tmp',
    `mkdir ${hostRoot}`,
    `mount -r -t hostfs none ${hostRoot} -o /`,
    `mount -t hostfs none ${stateDirectory} -o ${stateDirectory}`,
    'stty -echo -opost </dev/console',
  ];
}

/** The modules lie where only `modprobe -d` finds them, so the kernel's and everybody's modprobe is one that says so. */
function moduleLoading(): string[] {
  return [
    'mkdir -p /run/bin /run/modules/lib/modules',
    'ln -s /usr/lib/uml/modules/$(uname -r) /run/modules/lib/modules/$(uname -r)',
    `printf '#!/bin/sh\\nexec /sbin/modprobe -d /run/modules "$@"\\n' >/run/bin/modprobe`,
    'chmod +x /run/bin/modprobe',
    'echo /run/bin/modprobe >/proc/sys/kernel/modprobe',
    `modprobe -a ${modules.join(' ')}`,
  ];
}

function interfaces({ interfaces: ends, routes }: EdgePlace): string[] {
  return [
    'ip link set lo up',
    ...ends.flatMap(wiredInterface),
    ...routes.map(({ destination, via }) => `ip route add ${destination} via ${via}`),
  ];
}

function wiredInterface({ addresses }: EdgeInterface, index: number): string[] {
  const name = `eth${index}`;
  return [
    `ip link set vec${index} name ${name}`,
    ...addresses.map((address) => `ip address add ${address} dev ${name} ${nodad(address)}`),
    `ip link set ${name} up`,
  ];
}

function nodad(address: string): string {
  return address.includes(':') ? 'nodad' : '';
}

/** What is the operator's to set on a real edge; IPVS's own settings are left to the agent. */
const kernelSettings = [
  // The default follows the guest's little memory: 4,096, which source NAT fills in two seconds of load.
  'sysctl -q -w net.netfilter.nf_conntrack_max=262144',
  `sysctl -q -p ${pathInGuest(fileURLToPath(new URL('../../deploy/systemd/weir-edge.sysctl.conf', import.meta.url)))}`,
];

/**
 * Each line read is "<number> run": run that command file, answer "lab: <number> <exit code>". Output goes to files, which
 * hostfs writes through to the host when they are closed. Or it is "<number> peek <path>": answer
 * "lab: <number> <lines of that file, parted by |>". The start of a program is slow here, so the one takes no other
 * programs than those of the command file, and the other none at all.
 */
function commandLoop(stateDirectory: string): string[] {
  return [
    `cd ${stateDirectory}/commands`,
    'run_command() {',
    '  (. "./$1.sh") >"$1.out" 2>"$1.err" </dev/null',
    '  echo "lab: $1 $?"',
    '}',
    'echo "lab: ready"',
    'peek() {',
    '  local IFS="|" lines',
    '  mapfile -t lines <"$2"',
    '  echo "lab: $1 ${lines[*]}"',
    '}',
    'while read -r number verb path; do',
    '  case $number,$verb in',
    '    stop,*) break ;;',
    '    [0-9]*,peek) peek "$number" "$path" ;;',
    '    [0-9]*,run) run_command "$number" & ;;',
    '  esac',
    'done',
    'sync',
    'echo o >/proc/sysrq-trigger',
    'sleep 60',
    '',
  ];
}
