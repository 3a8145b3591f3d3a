import type { ControlPlaneUnderLoad } from './control-plane-under-load.js';
import { LOAD_BALANCERS, type SimulatedEdge } from './simulated-fleet.js';

/** Writes that wait for their answers at the same time. */
const AT_ONCE = 8;

/** Declares two origins, three load balancers and so many edges, each with a token of its own. */
export async function declareFleet(
  controlPlane: ControlPlaneUnderLoad,
  count: number,
): Promise<readonly SimulatedEdge[]> {
  // Frozen meanwhile, or every edge would be a cycle of its own.
  await controlPlane.send('PATCH', '/v1/scheduler', { mode: 'frozen' });
  for (const origin of ['near', 'far']) {
    await controlPlane.send('PUT', `/v1/origins/${origin}`, { region: origin, endpoints: [{ address: '192.0.2.1' }] });
  }
  const edges: SimulatedEdge[] = [];
  const names = Array.from({ length: count }, (_, index) => `edge-${index + 1}`);
  const declareRest = async (): Promise<void> => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      edges.push(await declareEdge(controlPlane, name));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, declareRest));
  for (const [index, name] of LOAD_BALANCERS.entries()) {
    await controlPlane.send('PUT', `/v1/load-balancers/${name}`, {
      addresses: [`203.0.113.${10 + index}`],
      listeners: [{ protocol: 'TCP', port: 443 }],
      origins: [{ origin: 'near' }, { origin: 'far' }],
    });
  }
  await controlPlane.send('PATCH', '/v1/scheduler', { mode: 'running' });
  return edges;
}

async function declareEdge(controlPlane: ControlPlaneUnderLoad, name: string): Promise<SimulatedEdge> {
  await controlPlane.send('PUT', `/v1/edges/${name}`, { site: name, region: 'eu' });
  const token = { name: `agent-${name}`, role: 'edge', edge: name };
  const { secret } = (await controlPlane.send('POST', '/v1/tokens', token)) as { secret: string };
  return { name, token: secret };
}
