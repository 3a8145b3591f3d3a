import { EDGES, NEAR_CAPACITY_PER_SECOND } from '../experiment/scenario.js';
import { HEALTH_PATH } from '../origins/origin-server.js';
import type { WeirClient } from './weir-client.js';
import { DECLARED_ADDRESS, DECLARED_PORT } from './weir-processes.js';

export const LOAD_BALANCER = 'shop';

export interface OriginPorts {
  readonly near: number;
  readonly far: number;
}

/** Tells the control plane everything an operator would: two origins, two edges at one site, one load balancer. */
export async function declareExperiment(weir: WeirClient, ports: OriginPorts): Promise<void> {
  const endpoints = [{ address: '127.0.0.1' }];
  await weir.put('/v1/origins/near', { region: 'eu', endpoints, capacity: { rate: NEAR_CAPACITY_PER_SECOND } });
  await weir.put('/v1/origins/far', { region: 'us', endpoints });
  for (const edge of EDGES) await weir.put(`/v1/edges/${edge}`, { site: 'ams', region: 'eu' });
  await weir.put(`/v1/load-balancers/${LOAD_BALANCER}`, {
    addresses: [DECLARED_ADDRESS],
    listeners: [{ protocol: 'TCP', port: DECLARED_PORT }],
    origins: [
      { origin: 'near', port: ports.near },
      { origin: 'far', port: ports.far },
    ],
    // With hashing, a few hundred connections are off their share by as much as the experiment is judged by.
    distribution: 'weighted-round-robin',
    healthCheck: {
      protocol: 'HTTP',
      path: HEALTH_PATH,
      // A connect over the loopback takes no time at all; only the answer shows how far the origin is.
      latencyFrom: 'response',
      intervalMs: 500,
      timeoutMs: 400,
      unhealthyThreshold: 2,
      healthyThreshold: 2,
    },
  });
}
