/**
 * Where everything is. Only the run's name and the control segment's addresses differ between runs; all else lies in
 * namespaces of the run's own. This is the lab with one edge:
 *
 *     client 10.91.1.2 ------ 10.91.1.1 [edge: user-mode Linux] 10.91.2.1 ------ 10.91.2.11 origin west
 *                               its agent adds 203.0.113.10                      10.91.2.12 origin east
 *                                          | 10.90.x.y+2
 *                                          | 10.90.x.y+1
 *                                   control plane, outside on the host
 */
export interface LabTopology {
  readonly run: string;
  readonly namespaces: {
    readonly clients: string;
    readonly origins: string;
    readonly wires: string;
    readonly router?: string;
  };
  readonly segments: readonly Segment[];
  readonly edges: readonly EdgePlace[];
  /** What a namespace must be told, beyond the networks it is on. */
  readonly routes: readonly Route[];
  /** Address of the host that the edges reach the control plane at. */
  readonly controlPlaneAddress: string;
}

/** A wire, as a bridge in the wires' namespace, with edges' interfaces and others at it. */
export interface Segment {
  readonly bridge: string;
  readonly ends: readonly SegmentEnd[];
}

export interface SegmentEnd {
  /** Undefined for the host's own. */
  readonly namespace: string | undefined;
  readonly interface: string;
  /** With prefix lengths. */
  readonly addresses: readonly string[];
}

/** One edge, with interfaces eth0, eth1, … in this order. */
export interface EdgePlace {
  readonly name: string;
  readonly interfaces: readonly EdgeInterface[];
  readonly routes: readonly Omit<Route, 'namespace'>[];
  /** Where the host reaches the agent's own endpoints. */
  readonly address: string;
}

export interface EdgeInterface {
  readonly bridge: string;
  readonly tap: string;
  /** With prefix lengths. */
  readonly addresses: readonly string[];
}

export interface Route {
  readonly namespace: string;
  readonly destination: string;
  readonly via: string;
}

/** The addresses that every run has. */
export const addresses = {
  /** What clients connect to. Routed to the edge; the edge itself has them only once its agent adds them. */
  anycast: { ipv4: '203.0.113.10', ipv6: '2001:db8::10' },
  client: { ipv4: '10.91.1.2', ipv6: 'fd91:1::2' },
  /** The edge, as clients and as origins see it. */
  front: { ipv4: '10.91.1.1', ipv6: 'fd91:1::1' },
  edge: { ipv4: '10.91.2.1', ipv6: 'fd91:2::1' },
  west: { ipv4: '10.91.2.11', ipv6: 'fd91:2::11' },
  east: { ipv4: '10.91.2.12', ipv6: 'fd91:2::12' },
} as const;

export interface TopologyOptions {
  /** Process that owns the run; its id makes the names unique. */
  readonly ownerPid: number;
  /** Tells apart the runs of one process. */
  readonly sequence: number;
}

/** One edge between its clients and two origins. */
export function describeOneEdge(options: TopologyOptions): LabTopology {
  const { anycast, client, front, edge, west, east } = addresses;
  const run = runName(options);
  const namespaces = { clients: `${run}-clients`, origins: `${run}-origins`, wires: `${run}-wires` };
  const control = controlAddresses(options);
  return {
    run,
    namespaces,
    segments: [
      segment('users', { [namespaces.clients]: withPrefixes(client) }),
      segment('servers', { [namespaces.origins]: [...withPrefixes(west), ...withPrefixes(east)] }),
      controlSegment(run, control.host),
    ],
    edges: [
      {
        name: 'edge',
        interfaces: [
          { bridge: 'users', tap: 'tap0', addresses: withPrefixes(front) },
          { bridge: 'servers', tap: 'tap1', addresses: withPrefixes(edge) },
          { bridge: 'control', tap: 'tap2', addresses: [`${control.edges[0]}/29`] },
        ],
        routes: [],
        address: control.edges[0],
      },
    ],
    routes: [
      ...(['ipv4', 'ipv6'] as const).map((family) => ({
        namespace: namespaces.clients,
        destination: anycast[family],
        via: front[family],
      })),
      // So that origins reach the clients through the edge whether or not it hides these behind its own address.
      { namespace: namespaces.origins, destination: '10.91.1.0/24', via: edge.ipv4 },
      { namespace: namespaces.origins, destination: 'fd91:1::/64', via: edge.ipv6 },
    ],
    controlPlaneAddress: control.host,
  };
}

export function runName({ ownerPid, sequence }: TopologyOptions): string {
  return `weir-${ownerPid.toString(36)}.${sequence.toString(36)}`;
}

/** The process that owns a namespace or state directory of the lab; undefined if the name is not one of ours. */
export function ownerOf(name: string): number | undefined {
  const owner = /^weir-([0-9a-z]+)\.[0-9a-z]+-/.exec(name)?.[1];
  return owner === undefined ? undefined : Number.parseInt(owner, 36);
}

function withPrefixes({ ipv4, ipv6 }: { ipv4: string; ipv6: string }): readonly string[] {
  return [`${ipv4}/24`, `${ipv6}/64`];
}

/** Interfaces are called as the segment that they are at: each namespace has one there. */
export function segment(bridge: string, addressesByNamespace: Readonly<Record<string, readonly string[]>>): Segment {
  const ends = Object.entries(addressesByNamespace);
  return { bridge, ends: ends.map(([namespace, own]) => ({ namespace, interface: bridge, addresses: own })) };
}

/** The way from the edges to the control plane, the one segment that is not the run's own: its interface has the run's name. */
export function controlSegment(run: string, hostAddress: string): Segment {
  return { bridge: 'control', ends: [{ namespace: undefined, interface: run, addresses: [`${hostAddress}/29`] }] };
}

/** The host's end is the one thing outside the namespaces, so each run gets a network of its own out of 10.90.0.0/16. */
export function controlAddresses({ ownerPid, sequence }: TopologyOptions): {
  readonly host: string;
  readonly edges: readonly [string, string];
} {
  const network = (ownerPid * 4 + sequence) % 2 ** 13;
  const prefix = `10.90.${network >> 5}`;
  const base = (network & 31) * 8;
  return { host: `${prefix}.${base + 1}`, edges: [`${prefix}.${base + 2}`, `${prefix}.${base + 3}`] };
}
