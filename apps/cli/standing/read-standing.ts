import { dataOf, type Schemas, type WeirClient } from '#client/weir-client.js';
import { inParallel } from './in-parallel.js';
import { listEdges, listLoadBalancers, listOrigins } from './list-resources.js';
import { largestMoves } from './largest-moves.js';
import { MOST_REQUESTS } from './read-health.js';
import type { EdgeStanding, OriginStanding, Standing } from './standing.js';

const EVENTS = 20;

/** A request for each resource: the API tells the status of one at a time. */
export async function readStanding(client: WeirClient): Promise<Standing> {
  const [scheduler, events, shares] = await Promise.all([
    dataOf(client.GET('/v1/scheduler')),
    dataOf(client.GET('/v1/events', { params: { query: { limit: EVENTS } } })),
    readShares(client),
  ]);
  const origins = await readOrigins(client);
  const edges = await readEdges(client, demandByEdge(shares));
  return { scheduler, origins, edges, moves: largestMoves(shares), events: events.items };
}

async function readShares(client: WeirClient): Promise<readonly Schemas['Shares'][]> {
  return inParallel(await listLoadBalancers(client), MOST_REQUESTS, ({ name }) =>
    dataOf(client.GET('/v1/load-balancers/{name}/shares', { params: { path: { name } } })),
  );
}

async function readOrigins(client: WeirClient): Promise<readonly OriginStanding[]> {
  return inParallel(await listOrigins(client), MOST_REQUESTS, async ({ name, state }) => {
    const status = await dataOf(client.GET('/v1/origins/{name}/status', { params: { path: { name } } }));
    return { name, state, status };
  });
}

async function readEdges(client: WeirClient, demand: ReadonlyMap<string, number>): Promise<readonly EdgeStanding[]> {
  return inParallel(await listEdges(client), MOST_REQUESTS, async ({ name, state }) => {
    const status = await dataOf(client.GET('/v1/edges/{name}/status', { params: { path: { name } } }));
    return { name, state, demand: demand.get(name) ?? 0, status };
  });
}

function demandByEdge(shares: readonly Schemas['Shares'][]): ReadonlyMap<string, number> {
  const byEdge = new Map<string, number>();
  for (const { edge, demand } of shares.flatMap(({ pairs }) => pairs))
    byEdge.set(edge, (byEdge.get(edge) ?? 0) + demand);
  return byEdge;
}
