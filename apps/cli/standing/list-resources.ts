import { allPages } from '#client/all-pages.js';
import { dataOf, type Schemas, type WeirClient } from '#client/weir-client.js';

/** All that are declared, ordered by name. */
export function listLoadBalancers(client: WeirClient): Promise<readonly Schemas['LoadBalancer'][]> {
  return allPages((query) => dataOf(client.GET('/v1/load-balancers', { params: { query } })));
}
