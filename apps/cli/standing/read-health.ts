import { dataOf, type Schemas, type WeirClient } from '#client/weir-client.js';
import { inParallel } from './in-parallel.js';

type Health = Schemas['LoadBalancerHealth'];

/** How one edge sees one endpoint. */
export interface SeenEndpoint {
  readonly loadBalancer: string;
  readonly edge: string;
  readonly origin: string;
  readonly address: string;
  /** `null` until enough probes ran. */
  readonly up: boolean | null;
  readonly weight: number;
  readonly activeConnections: number;
  readonly rttMs: number | null;
}

/** Requests under way at once. */
export const MOST_REQUESTS = 8;

export async function readHealth(
  client: WeirClient,
  loadBalancers: readonly string[],
): Promise<readonly SeenEndpoint[]> {
  const answers = await inParallel(loadBalancers, MOST_REQUESTS, (name) =>
    dataOf(client.GET('/v1/load-balancers/{name}/health', { params: { path: { name } } })),
  );
  return answers.flatMap(seenEndpoints);
}

function seenEndpoints({ loadBalancer, edges }: Health): readonly SeenEndpoint[] {
  return edges.flatMap(({ edge, origins }) =>
    origins.flatMap(({ origin, rttMs, endpoints }) =>
      endpoints.map((endpoint) => ({ loadBalancer, edge, origin, rttMs, ...endpoint })),
    ),
  );
}
