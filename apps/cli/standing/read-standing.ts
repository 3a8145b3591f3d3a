import { dataOf, type Schemas, type WeirClient } from '#client/weir-client.js';
import { inParallel } from './in-parallel.js';
import { MOST_REQUESTS } from './read-health.js';
import type { Standing } from './standing.js';

/** As many of each as a screen has lines for. */
const NEWEST = 20;

/** Three requests however large the fleet is, and one for each origin that drains. */
export async function readStanding(client: WeirClient): Promise<Standing> {
  const [overview, { items: decisions }, { items: events }] = await Promise.all([
    dataOf(client.GET('/v1/overview')),
    dataOf(client.GET('/v1/overview/decisions', { params: { query: { limit: NEWEST } } })),
    dataOf(client.GET('/v1/events', { params: { query: { limit: NEWEST } } })),
  ]);
  return { overview, decisions, events, connectionsLeft: await readConnectionsLeft(client, overview.origins) };
}

async function readConnectionsLeft(
  client: WeirClient,
  origins: Schemas['Overview']['origins'],
): Promise<Standing['connectionsLeft']> {
  const draining = origins.filter(({ state }) => state === 'draining');
  const left = await inParallel(draining, MOST_REQUESTS, async ({ origin }) => {
    const { drain } = await dataOf(client.GET('/v1/origins/{name}/status', { params: { path: { name: origin } } }));
    return [origin, drain?.connections ?? 0] as const;
  });
  return Object.fromEntries(left);
}
