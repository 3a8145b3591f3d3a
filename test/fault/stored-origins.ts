import type { callApi } from '../e2e/api-client.js';

export interface StoredOrigin {
  readonly name: string;
  readonly region: string;
}

export interface ShownEvent {
  readonly resource: string;
  readonly after: StoredOrigin | null;
}

type Ask = (path: string) => ReturnType<typeof callApi>;

/** All origins, by whole pages. */
export async function readOrigins(ask: Ask): Promise<readonly StoredOrigin[]> {
  const { body } = await ask('/v1/origins?limit=500');
  return (body as { readonly items: readonly StoredOrigin[] }).items;
}

/** The newest audit event of each origin, by its name. */
export async function readNewestEvents(ask: Ask): Promise<ReadonlyMap<string, ShownEvent>> {
  const newest = new Map<string, ShownEvent>();
  const { body } = await ask('/v1/events?limit=500&type=audit');
  for (const event of (body as { readonly items: readonly ShownEvent[] }).items) {
    const name = event.resource.replace('origins/', '');
    if (!newest.has(name)) newest.set(name, event);
  }
  return newest;
}
