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
 */
export const network = {
  anycast: '203.0.113.10',
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
        [namespaces.clients]: clients.map(onItsNetwork),
        [namespaces.router]: [onItsNetwork(router.towardsClients)],
      }),
      segment('fabric', { [namespaces.router]: [onItsNetwork(router.towardsEdges)] }),
      segment('servers', { [namespaces.origins]: Object.values(origins).flat().map(onItsNetwork) }),
      controlSegment(run, control.host),
    ],
    edges: EDGE_NAMES.map((name, index) => edgePlace(name, index, control.edges[index] ?? '')),
    routes: [{ namespace: namespaces.clients, destination: 'default', via: router.towardsClients }],
    controlPlaneAddress: control.host,
  };
}

function edgePlace(name: EdgeName, index: number, address: string): EdgePlace {
  const { front, back } = network.edges[name];
  const ends = [
    ['fabric', onItsNetwork(front)],
    ['servers', onItsNetwork(back)],
    ['control', `${address}/29`],
  ] as const;
  return {
    name,
    interfaces: ends.map(([bridge, own], end) => ({ bridge, tap: `tap${index}${end}`, addresses: [own] })),
    routes: [{ destination: '10.93.0.0/24', via: network.router.towardsEdges }],
    address,
  };
}

function onItsNetwork(address: string): string {
  return `${address}/24`;
}
