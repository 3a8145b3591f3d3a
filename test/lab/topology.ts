/**
 * Where everything is. Only the run's name and the control link's addresses differ between runs; all else lies in
 * namespaces of the run's own.
 *
 *     client 10.91.1.2 ------ 10.91.1.1 [edge: user-mode Linux] 10.91.2.1 ------ 10.91.2.11 origin west
 *                               its agent adds 203.0.113.10                      10.91.2.12 origin east
 *                                          | 10.90.x.y+2
 *                                          | 10.90.x.y+1
 *                                   control plane, outside on the host
 */
export interface LabTopology {
  readonly run: string;
  readonly namespaces: { readonly clients: string; readonly origins: string; readonly wires: string };
  /** Interface of the host's own namespace at the far end of the control cable. */
  readonly hostInterface: string;
  readonly cables: readonly Cable[];
  /** Address of the host that the edge reaches the control plane at. */
  readonly controlPlaneAddress: string;
  /** Address of the edge that the host reaches the agent's own endpoints at. */
  readonly edgeAddress: string;
}

/** The addresses that every run has. */
export const addresses = {
  /** What clients connect to. Routed to the edge; the edge itself has them only once its agent adds them. */
  anycast: { ipv4: '203.0.113.10', ipv6: '2001:db8::10' },
  client: { ipv4: '10.91.1.2', ipv6: 'fd91:1::2' },
  /** The edge, as origins see it. */
  edge: { ipv4: '10.91.2.1', ipv6: 'fd91:2::1' },
  west: { ipv4: '10.91.2.11', ipv6: 'fd91:2::11' },
  east: { ipv4: '10.91.2.12', ipv6: 'fd91:2::12' },
} as const;

/** From an interface of the edge (eth0, eth1, … in this order) to one outside it. Addresses carry prefix lengths. */
export interface Cable {
  readonly edgeInterface: string;
  readonly edgeAddresses: readonly string[];
  readonly tap: string;
  readonly bridge: string;
  readonly port: string;
  /** Undefined for the host's own namespace. */
  readonly farNamespace: string | undefined;
  readonly farInterface: string;
  readonly farAddresses: readonly string[];
}

export interface TopologyOptions {
  /** Process that owns the run; its id makes the names unique. */
  readonly ownerPid: number;
  /** Tells apart the runs of one process. */
  readonly sequence: number;
}

export function describeTopology({ ownerPid, sequence }: TopologyOptions): LabTopology {
  const { client, edge, west, east } = addresses;
  const run = `weir-${ownerPid.toString(36)}.${sequence.toString(36)}`;
  const namespaces = { clients: `${run}-clients`, origins: `${run}-origins`, wires: `${run}-wires` };
  const control = controlAddresses(ownerPid, sequence);
  const towardsClients = { ipv4: '10.91.1.1', ipv6: 'fd91:1::1' };
  return {
    run,
    namespaces,
    hostInterface: run,
    cables: [
      cable(0, namespaces.clients, 'eth0', withPrefixes(towardsClients), withPrefixes(client)),
      cable(1, namespaces.origins, 'eth0', withPrefixes(edge), [...withPrefixes(west), ...withPrefixes(east)]),
      cable(2, undefined, run, [`${control.edge}/30`], [`${control.host}/30`]),
    ],
    controlPlaneAddress: control.host,
    edgeAddress: control.edge,
  };
}

/** The process that owns a namespace or state directory of the lab; undefined if the name is not one of ours. */
export function ownerOf(name: string): number | undefined {
  const owner = /^weir-([0-9a-z]+)\.[0-9a-z]+-/.exec(name)?.[1];
  return owner === undefined ? undefined : Number.parseInt(owner, 36);
}

function withPrefixes({ ipv4, ipv6 }: { ipv4: string; ipv6: string }): readonly string[] {
  return [`${ipv4}/24`, `${ipv6}/64`];
}

function cable(
  index: number,
  farNamespace: string | undefined,
  farInterface: string,
  edgeAddresses: readonly string[],
  farAddresses: readonly string[],
): Cable {
  const names = { edgeInterface: `eth${index}`, tap: `tap${index}`, bridge: `bridge${index}`, port: `port${index}` };
  return { ...names, edgeAddresses, farNamespace, farInterface, farAddresses };
}

/** The host's end is the one thing outside the namespaces, so each run gets a network of its own out of 10.90.0.0/16. */
function controlAddresses(ownerPid: number, sequence: number): { host: string; edge: string } {
  const network = (ownerPid * 4 + sequence) % 2 ** 14;
  const prefix = `10.90.${network >> 6}`;
  const base = (network & 63) * 4;
  return { host: `${prefix}.${base + 1}`, edge: `${prefix}.${base + 2}` };
}
