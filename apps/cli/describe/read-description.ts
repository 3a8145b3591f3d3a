import { dataOf, type Schemas, type WeirClient } from '#client/weir-client.js';
import type { Kind } from '../manifests/kind.js';
import type { Session } from '../session.js';
import { inParallel } from '../standing/in-parallel.js';
import { listLoadBalancers } from '../standing/list-resources.js';
import { MOST_REQUESTS, readHealth } from '../standing/read-health.js';
import type { EdgeDescription, EdgeShares } from './describe-edge.js';
import type { LoadBalancerDescription } from './describe-load-balancer.js';
import type { OriginDescription } from './describe-origin.js';

export type Description = LoadBalancerDescription | OriginDescription | EdgeDescription;

const EVENTS = 8;

/** Everything the API knows of one resource. */
export function readDescription(session: Session, kind: Kind, name: string): Promise<Description> {
  switch (kind) {
    case 'LoadBalancer':
      return readLoadBalancer(session, name);
    case 'Origin':
      return readOrigin(session, name);
    case 'Edge':
      return readEdge(session, name);
  }
}

async function readLoadBalancer({ client }: Session, name: string): Promise<LoadBalancerDescription> {
  const path = { params: { path: { name } } };
  const [loadBalancer, explanation, health, events] = await Promise.all([
    dataOf(client.GET('/v1/load-balancers/{name}', path)),
    dataOf(client.GET('/v1/load-balancers/{name}/explanation', path)),
    readHealth(client, [name]),
    eventsAbout(client, `load-balancers/${name}`),
  ]);
  return { kind: 'LoadBalancer', loadBalancer, explanation, health, events };
}

async function readOrigin({ client }: Session, name: string): Promise<OriginDescription> {
  const path = { params: { path: { name } } };
  const [origin, status, loadBalancers, events] = await Promise.all([
    dataOf(client.GET('/v1/origins/{name}', path)),
    dataOf(client.GET('/v1/origins/{name}/status', path)),
    listLoadBalancers(client),
    eventsAbout(client, `origins/${name}`),
  ]);
  const usedBy = loadBalancers.filter(({ origins }) => origins.some((each) => each.origin === name));
  const names = usedBy.map((each) => each.name);
  const health = (await readHealth(client, names)).filter((seen) => seen.origin === name);
  return { kind: 'Origin', origin, status, usedBy: names, health, events };
}

async function readEdge({ client }: Session, name: string): Promise<EdgeDescription> {
  const path = { params: { path: { name } } };
  const [edge, status, loadBalancers, events] = await Promise.all([
    dataOf(client.GET('/v1/edges/{name}', path)),
    dataOf(client.GET('/v1/edges/{name}/status', path)),
    listLoadBalancers(client),
    eventsAbout(client, `edges/${name}`),
  ]);
  const names = loadBalancers.map((each) => each.name);
  const shares = await inParallel(names, MOST_REQUESTS, (each) => sharesAt(client, each, name));
  const health = (await readHealth(client, names)).filter((seen) => seen.edge === name);
  return { kind: 'Edge', edge, status, shares: shares.flat(), health, events };
}

async function sharesAt(client: WeirClient, name: string, edge: string): Promise<readonly EdgeShares[]> {
  const { pairs } = await dataOf(client.GET('/v1/load-balancers/{name}/shares', { params: { path: { name } } }));
  return pairs.filter((pair) => pair.edge === edge).map((pair) => ({ loadBalancer: name, ...pair }));
}

/** Oldest first, as a log reads. */
async function eventsAbout(client: WeirClient, resource: string): Promise<readonly Schemas['Event'][]> {
  const { items } = await dataOf(client.GET('/v1/events', { params: { query: { resource, limit: EVENTS } } }));
  return items.toReversed();
}
