import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActualService } from '../../../edge-agent/src/data-plane/data-plane.js';
import { formatSocket, type Service } from '../../../edge-agent/src/data-plane/service.js';

/** So many round robin services with so many destinations, each of this weight. */
export function table(services: number, destinations: number, weight: number): readonly Service[] {
  return Array.from({ length: services }, (_, index) => ({
    protocol: 'TCP' as const,
    address: `203.0.113.${index % 250}`,
    port: 443 + Math.floor(index / 250),
    settings: { distribution: 'maglev-5-tuple' as const, affinitySeconds: null },
    sourceNat: true,
    destinations: Array.from({ length: destinations }, (_none, at) => ({
      address: `10.${index % 250}.0.${at + 1}`,
      port: 8_443,
      weight,
      forwarding: 'masquerade' as const,
    })),
  }));
}

export function asActual(services: readonly Service[]): readonly ActualService[] {
  return services.map((service) => ({
    ...service,
    counters: { connections: 0 },
    destinations: service.destinations.map((destination) => ({
      ...destination,
      activeConnections: 0,
      inactiveConnections: 0,
      counters: { connections: 0 },
    })),
  }));
}

/**
 * An `ipvsadm` in this directory that shows the one table until a batch came in, then the other, and otherwise does nothing:
 * what is left is what the agent's side costs, the start of a process included.
 */
export async function writeFakeIpvsadm(
  directory: string,
  before: readonly Service[],
  after: readonly Service[],
): Promise<string> {
  await mkdir(directory, { recursive: true });
  const write = (name: string, text: string) => writeFile(join(directory, name), text);
  await write('listing', listing(before));
  await write('listing.after', listing(after));
  await write('statistics', statistics(after));
  const program = join(directory, 'ipvsadm');
  await write(
    'ipvsadm',
    `#!/bin/sh
cd ${directory}
case "$*" in
  --restore)
    cat >batch
    read -r first <batch
    case "$first" in
      -L*) cat statistics listing ;;
      *) cp listing.after listing ;;
    esac
    ;;
esac
`,
  );
  await chmod(program, 0o755);
  return program;
}

function listing(services: readonly Service[]): string {
  const lines = services.flatMap((service) => [
    `TCP  ${formatSocket(service)} mh (mh-fallback,mh-port)`,
    ...service.destinations.map(
      (destination) =>
        `  -> ${formatSocket(destination).padEnd(27)} Masq    ${destination.weight}      0          0         `,
    ),
  ]);
  return page(
    'Prot LocalAddress:Port Scheduler Flags',
    '  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn',
    lines,
  );
}

function statistics(services: readonly Service[]): string {
  const zeros = '        0        0        0        0        0';
  const lines = services.flatMap((service) => [
    `TCP  ${formatSocket(service).padEnd(28)}${zeros}`,
    ...service.destinations.map((destination) => `  -> ${formatSocket(destination).padEnd(28)}${zeros}`),
  ]);
  return page(
    'Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes',
    '  -> RemoteAddress:Port',
    lines,
  );
}

function page(first: string, second: string, lines: readonly string[]): string {
  return ['IP Virtual Server version 1.2.1 (size=4096)', first, second, ...lines, ''].join('\n');
}
