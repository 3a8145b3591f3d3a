import {
  controlAddresses,
  controlSegment,
  runName,
  segment,
  type EdgePlace,
  type LabTopology,
  type TopologyOptions,
} from './topology.js';

/**
 * Two edges that announce one anycast address to a router, which spreads users over them:
 *
 *     clients 10.93.0.2 … .17 ---- 10.93.0.1 [router: BIRD] 10.93.1.254
 *                                                              |
 *                                         10.93.1.1 [ams-1] ---+--- 10.93.1.2 [ams-2]      both 203.0.113.10, by BGP
 *                                         10.93.2.1    |                10.93.2.2  |
 *                                                      +-----------+---------------+
 *                              10.93.2.11 and .12 near      10.93.2.21 far, by netem in the edges
 *
 * Beside each address there is one of IPv6, see ipv6Of; both anycast addresses are announced where both are declared.
 */
export const network = {
  anycast: '203.0.113.10',
  anycastIpv6: '2001:db8::10',
  clients: Array.from({ length: 16 }, (_, index) => `10.93.0.${index + 2}`),
  router: { towardsClients: '10.93.0.1', towardsEdges: '10.93.1.254' },
  edges: {
    'ams-1': { front: '10.93.1.1', back: '10.93.2.1', autonomousSystem: 64_601 },
    'ams-2': { front: '10.93.1.2', back: '10.93.2.2', autonomousSystem: 64_602 },
  },
  routerAutonomousSystem: 64_500,
  origins: { near: ['10.93.2.11', '10.93.2.12'], far: ['10.93.2.21'] },
} as const;

export const EDGE_NAMES = ['ams-1', 'ams-2'] as const;
export type EdgeName = (typeof EDGE_NAMES)[number];
export type OriginName = keyof typeof network.origins;

/** `10.93.2.11` is `fd93:2::11` too. */
export function ipv6Of(address: string): string {
  const [, , segment, host] = address.split('.');
  return `fd93:${segment}::${host}`;
}

/** The interface of the edges that leads to the origins. */
export const BACK_INTERFACE = 'eth1';

export function describeNetwork(options: TopologyOptions): LabTopology & { namespaces: { router: string } } {
  const run = runName(options);
  const { router, clients, origins } = network;
  const namespaces = {
    clients: `${run}-clients`,
    router: `${run}-router`,
    origins: `${run}-origins`,
    wires: `${run}-wires`,
  };
  const control = controlAddresses(options);
  return {
    run,
    namespaces,
    segments: [
      segment('users', {
        [namespaces.clients]: clients.flatMap(onItsNetworks),
        [namespaces.router]: onItsNetworks(router.towardsClients),
      }),
      segment('fabric', { [namespaces.router]: onItsNetworks(router.towardsEdges) }),
      segment('servers', { [namespaces.origins]: Object.values(origins).flat().flatMap(onItsNetworks) }),
      controlSegment(run, control.host),
    ],
    edges: EDGE_NAMES.map((name, index) => edgePlace(name, index, control.edges[index] ?? '')),
    routes: [
      { namespace: namespaces.clients, destination: 'default', via: router.towardsClients },
      { namespace: namespaces.clients, destination: '::/0', via: ipv6Of(router.towardsClients) },
    ],
    controlPlaneAddress: control.host,
  };
}

function edgePlace(name: EdgeName, index: number, address: string): EdgePlace {
  const { front, back } = network.edges[name];
  const ends = [
    ['fabric', onItsNetworks(front)],
    ['servers', onItsNetworks(back)],
    ['control', [`${address}/29`]],
  ] as const;
  return {
    name,
    interfaces: ends.map(([bridge, own], end) => ({ bridge, tap: `tap${index}${end}`, addresses: own })),
    routes: [
      { destination: '10.93.0.0/24', via: network.router.towardsEdges },
      { destination: 'fd93:0::/64', via: ipv6Of(network.router.towardsEdges) },
    ],
    address,
  };
}

function onItsNetworks(address: string): readonly string[] {
  return [`${address}/24`, `${ipv6Of(address)}/64`];
}
