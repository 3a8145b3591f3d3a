import { expect } from 'vitest';
import { anAgentReport } from '#testkit/agent-reports.js';
import { WeirApi } from '#testkit/weir-api.js';
import { type ApiAnswer, type ApiRequest, callApi } from '../e2e/api-client.js';
import type { DocumentedOperation, Json } from './api-document.js';
import type { FuzzedRequest } from './request-arbitrary.js';
import { EDGES } from './vocabulary.js';

/** No other request knows the name, and no other has the addresses. */
const NAME = 'made';
const RESOURCES = {
  origins: { region: 'eu', endpoints: [{ address: '192.0.2.77' }] },
  edges: { site: 'made', region: 'eu' },
  'load-balancers': {
    addresses: ['203.0.113.98'],
    listeners: [{ protocol: 'TCP', port: 443 }],
    origins: [{ origin: NAME }],
  },
} as const;
const TOKEN = { name: NAME, role: 'viewer' } as const;

/** What each operation that takes a body is sent; a patch of a resource is a part of it. */
const CONTENTS: Readonly<Record<string, object>> = {
  '/v1/tokens': TOKEN,
  '/v1/scheduler': { mode: 'running' },
  '/v1/what-if': {},
  '/v1/agent/reports': anAgentReport(EDGES[0], 1),
  ...Object.fromEntries(
    Object.entries(RESOURCES).flatMap(([kind, resource]) => [
      [`/v1/${kind}`, { name: NAME, ...resource }],
      [`/v1/${kind}/{name}`, resource],
    ]),
  ),
};

const COLLECTIONS: ReadonlySet<string> = new Set([
  '/v1/tokens',
  ...Object.keys(RESOURCES).map((kind) => `/v1/${kind}`),
]);

/** Requests that must succeed, whatever was asked before: what each needs is made first, or taken out of its way. */
export class SureRequests {
  constructor(private readonly access: { readonly url: string; readonly token: string }) {}

  async of({ name, method, template, body }: DocumentedOperation): Promise<FuzzedRequest> {
    await this.#makeAll();
    const collection = template.replace('/{name}', '');
    const isOriginToGo = collection === '/v1/origins' && (method === 'POST' || method === 'DELETE');
    if (isOriginToGo) await this.#remove('/v1/load-balancers');
    if (method === 'POST' && COLLECTIONS.has(collection)) await this.#remove(collection);
    if (template === '/v1/prometheus/targets') await this.#hearEveryAgent();
    const path = template.replace('{name}', NAME).replace('{id}', String(await this.#newestCycle()));
    return {
      operation: name,
      method,
      path: template === '/v1/agent/configuration' ? `${path}?edge=${EDGES[0]}` : path,
      headers: body === null ? { accept: '*/*' } : { accept: '*/*', 'content-type': body.mediaType },
      ...(body === null ? { body: null } : asJson(CONTENTS[template] ?? {})),
    };
  }

  /** One of each kind, and a cycle that has seen them. */
  async #makeAll(): Promise<void> {
    // One that is frozen decides nothing.
    await this.#call({ method: 'PATCH', path: '/v1/scheduler', body: { mode: 'running' } });
    for (const edge of EDGES) await this.#put(`/v1/edges/${edge}`, RESOURCES.edges);
    for (const [kind, resource] of Object.entries(RESOURCES)) await this.#put(`/v1/${kind}/${NAME}`, resource);
    await this.#remove('/v1/tokens');
    await this.#call({ method: 'POST', path: '/v1/tokens', body: TOKEN });
    await this.#call({ method: 'POST', path: '/v1/scheduler/cycles' });
  }

  async #remove(collection: string): Promise<void> {
    const { url, token } = this.access;
    await callApi(url, { method: 'DELETE', path: `${collection}/${NAME}`, token });
  }

  async #hearEveryAgent(): Promise<void> {
    const { items } = (await this.#call({ path: '/v1/edges?limit=500' })).body as {
      items: readonly { name: string }[];
    };
    for (const { name } of items) {
      const token = await new WeirApi(this.access).edgeToken(name);
      await this.#call({ method: 'POST', path: '/v1/agent/reports', body: anAgentReport(name, 1), token });
    }
  }

  async #newestCycle(): Promise<number> {
    return new WeirApi(this.access).lastCycleId();
  }

  async #put(path: string, body: object): Promise<void> {
    await this.#call({ method: 'PUT', path, body });
  }

  async #call(request: ApiRequest): Promise<ApiAnswer> {
    const answer = await callApi(this.access.url, { token: this.access.token, ...request });
    expect(answer.status, `${request.path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer;
  }
}

function asJson(content: object): Pick<FuzzedRequest, 'body' | 'content'> {
  const body = JSON.stringify(content);
  return { body, content: JSON.parse(body) as Json };
}
