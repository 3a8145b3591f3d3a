import { allPages } from '#client/all-pages.js';
import { dataOf, type Schemas, type WeirClient } from '#client/weir-client.js';

/** Everything that is declared of a kind, ordered by name. */

export function listLoadBalancers(client: WeirClient): Promise<readonly Schemas['LoadBalancer'][]> {
  return allPages((query) => dataOf(client.GET('/v1/load-balancers', { params: { query } })));
}

export function listOrigins(client: WeirClient): Promise<readonly Schemas['Origin'][]> {
  return allPages((query) => dataOf(client.GET('/v1/origins', { params: { query } })));
}

export function listEdges(client: WeirClient): Promise<readonly Schemas['Edge'][]> {
  return allPages((query) => dataOf(client.GET('/v1/edges', { params: { query } })));
}
