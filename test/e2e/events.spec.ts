import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { type ApiAnswer, type ApiRequest, callApi } from './api-client.js';

interface ShownEvent {
  readonly sequence: number;
  readonly at: string;
  readonly type: string;
  readonly resource: string;
  readonly actor: string | null;
  readonly requestId: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

let controlPlane: ControlPlaneProcess;

beforeAll(async () => {
  controlPlane = await startControlPlane({ environment: { WEIR_CYCLE_SECONDS: '3600' } });
});

afterAll(async () => {
  await controlPlane.stop();
});

function call(request: ApiRequest): Promise<ApiAnswer> {
  return callApi(controlPlane.url, request);
}

const putEdge = (name: string, site: string) =>
  call({ method: 'PUT', path: `/v1/edges/${name}`, body: { site, region: 'eu' } });

async function events(query: string): Promise<readonly ShownEvent[]> {
  const { status, body } = await call({ path: `/v1/events?${query}` });
  expect(status).toBe(200);
  return (body as { readonly items: readonly ShownEvent[] }).items;
}

/** Reads the next `count` events of a stream, and hangs up. */
async function listen(count: number, lastEventId?: number): Promise<readonly ShownEvent[]> {
  const hangUp = new AbortController();
  const response = await fetch(`${controlPlane.url}/v1/events/stream?type=audit`, {
    headers: {
      authorization: `Bearer ${controlPlane.token}`,
      ...(lastEventId !== undefined && { 'last-event-id': String(lastEventId) }),
    },
    signal: AbortSignal.any([hangUp.signal, AbortSignal.timeout(30_000)]),
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const found: ShownEvent[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const data = /^data: (.*)$/m.exec(message)?.[1];
      if (data !== undefined) found.push(JSON.parse(data) as ShownEvent);
    }
    if (found.length >= count) break;
  }
  hangUp.abort();
  return found.slice(0, count);
}

describe('events', () => {
  it('tell of every write: who, what, before and after; and of nothing that was not stored', async () => {
    const created = await putEdge('told', 'a');
    await putEdge('told', 'a');
    await call({ method: 'PUT', path: '/v1/edges/told?dryRun=true', body: { site: 'b', region: 'eu' } });
    await call({ method: 'PUT', path: '/v1/edges/told', body: { site: 7 } });
    const patched = await call({ method: 'PATCH', path: '/v1/edges/told', body: { site: 'c' } });
    await call({ method: 'DELETE', path: '/v1/edges/told' });
    const told = await events('resource=edges/told');
    expect(told.map(({ type }) => type)).toEqual(['audit.deleted', 'audit.changed', 'audit.created']);
    expect(told[1]).toMatchObject({ actor: 'admin', before: created.body, after: patched.body });
    expect(told[0]?.after).toBeNull();
    expect(new Set(told.map(({ requestId }) => requestId)).size).toBe(3);
  });

  it('tell of modes, and of tokens without their secrets', async () => {
    for (const mode of ['frozen', 'running']) await call({ method: 'PATCH', path: '/v1/scheduler', body: { mode } });
    expect((await events('resource=scheduler&type=audit')).map(({ after }) => after)).toEqual([
      { mode: 'running' },
      { mode: 'frozen' },
    ]);
    await call({ method: 'POST', path: '/v1/tokens', body: { name: 'told', role: 'viewer' } });
    await call({ method: 'DELETE', path: '/v1/tokens/told' });
    const told = await events('resource=tokens/told');
    expect(told.map(({ type }) => type)).toEqual(['audit.deleted', 'audit.created']);
    expect(JSON.stringify(told)).not.toMatch(/secret|digest/);
  });

  it('are paged, and found by when they happened', async () => {
    const first = await call({ path: '/v1/events?limit=2&type=audit' });
    const { items, nextCursor } = first.body as { items: readonly ShownEvent[]; nextCursor: string };
    const second = await events(`limit=2&type=audit&cursor=${nextCursor}`);
    const sequences = [...items, ...second].map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((left, right) => right - left));
    expect(await events(`since=${items[0]!.at}&limit=1`)).toHaveLength(1);
    expect(await events('since=2999-01-01T00:00:00Z')).toEqual([]);
  });

  it('are streamed to who comes back from where it was, without gap or repeat', async () => {
    const [newest] = await events('limit=1&type=audit');
    const mark = newest!.sequence;
    for (const site of ['a', 'b', 'c']) await putEdge('streamed', site);
    const early = await listen(2, mark);
    const resumed = listen(2, early.at(-1)!.sequence);
    await putEdge('streamed', 'd');
    const all = [...early, ...(await resumed)];
    expect(all.map(({ after }) => (after as { site: string }).site)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are refused with a place that is none', async () => {
    const answer = await call({ path: '/v1/events/stream', headers: { 'last-event-id': 'x' } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-query' } });
  });

  it('let the server go', async () => {
    const open = listen(1_000, 0).catch(() => []);
    await call({ path: '/healthz' });
    expect(await controlPlane.stop()).toEqual({ exitCode: 0, signal: null });
    await open;
  });
});
