import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edgeConfigurationSchema } from '#contracts/edge-configuration.js';
import { type CycleInput, decide } from '#core/decide.js';
import type { Plan } from '#core/plan/plan.js';
import { createAssignmentSolver } from '#solver/create-assignment-solver.js';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { observedArcs } from '#testkit/observed-arcs.js';
import { AgentTokens, type ApiAnswer, type ApiRequest, callApi, type ProblemBody } from './api-client.js';

/** Long enough never to tick: cycles run when something changes, or when a test asks for one. */
const NO_TIMER = { WEIR_CYCLE_SECONDS: '3600' };

const EU = {
  name: 'eu',
  region: 'europe',
  location: { latitude: 50.11, longitude: 8.68 },
  endpoints: [{ address: '198.51.100.11' }],
  capacity: { rate: 100 },
};
const US = { name: 'us', region: 'america', endpoints: [{ address: '198.51.100.21' }] };
const AMS = { name: 'ams-1', site: 'ams', region: 'europe', location: { latitude: 52.37, longitude: 4.9 } };
const SHOP = {
  name: 'shop',
  addresses: ['203.0.113.10', '2001:db8::10'],
  listeners: [{ protocol: 'TCP', port: 443 }],
  origins: [{ origin: 'eu' }, { origin: 'us', port: 8443 }],
};

class Api {
  readonly #agents: AgentTokens;

  constructor(readonly url: string) {
    this.#agents = new AgentTokens(url);
  }

  async call(request: ApiRequest): Promise<ApiAnswer> {
    const token = request.token ?? (await this.#agents.for(request));
    return callApi(this.url, { ...request, ...(token !== undefined && { token }) });
  }

  async get<T = Record<string, unknown>>(path: string): Promise<T> {
    const { status, body } = await this.call({ path });
    expect(status, path).toBe(200);
    return body as T;
  }

  async send(method: 'POST' | 'PUT' | 'PATCH', path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await this.call({ method, path, body });
    expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer.body as Record<string, unknown>;
  }

  /** What the tests below need to be there. */
  async declare(): Promise<void> {
    await this.send('PUT', '/v1/origins/eu', EU);
    await this.send('PUT', '/v1/origins/us', US);
    await this.send('PUT', '/v1/edges/ams-1', AMS);
    await this.send('PUT', '/v1/load-balancers/shop', SHOP);
  }

  /** Everything operators declared. */
  async resources(): Promise<readonly unknown[]> {
    return Promise.all(['origins', 'edges', 'load-balancers'].map((path) => this.get(`/v1/${path}?limit=500`)));
  }

  cycle(): Promise<Record<string, unknown>> {
    return this.send('POST', '/v1/scheduler/cycles');
  }

  /** The agent's five-second report number `sequence`, with this many connections a second so far. */
  async report(sequence: number, ratePerSecond: number): Promise<void> {
    const connections = 5 * ratePerSecond * sequence;
    const origin = (name: string, address: string, rttMs: number, part: number) => ({
      origin: name,
      connections: connections * part,
      rttMs,
      endpoints: [{ address, up: true, weight: 1, activeConnections: 3 }],
    });
    await this.send('POST', '/v1/agent/reports', {
      version: 1,
      edge: 'ams-1',
      agentVersion: '0.1.0',
      instance: 'first',
      sequence,
      monotonicMs: 5_000 * sequence,
      applied: null,
      dataPlane: 'userspace',
      loadBalancers: [
        {
          name: 'shop',
          connections,
          origins: [origin('eu', '198.51.100.11', 8, 1), origin('us', '198.51.100.21', 90, 0)],
        },
      ],
      errors: [],
    });
  }

  poll(edge: string, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    return this.call({ path: `/v1/agent/configuration?edge=${edge}`, headers });
  }

  async entityTag(edge: string): Promise<string> {
    const tag = (await this.poll(edge)).headers.get('etag');
    expect(tag).toMatch(/^"\d+-\d+"$/);
    return tag!;
  }
}

function problemOf(answer: ApiAnswer): ProblemBody {
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = answer.body as ProblemBody;
  expect(problem).toMatchObject({ type: 'about:blank', status: answer.status });
  return problem;
}

let controlPlane: ControlPlaneProcess;
let api: Api;
let askedTooEarly: ApiAnswer;

beforeAll(async () => {
  controlPlane = await startControlPlane({ environment: NO_TIMER });
  api = new Api(controlPlane.url);
  askedTooEarly = await api.call({ method: 'POST', path: '/v1/what-if', body: {} });
  await api.declare();
  // Ends after the cycle that the declarations caused, so that nothing moves by itself from now on.
  await api.cycle();
});

afterAll(async () => {
  await controlPlane.stop();
});

describe('a bad request', () => {
  interface BadRequest {
    readonly name: string;
    readonly request: ApiRequest;
    readonly status: number;
    readonly code: string;
    /** Every wrong field, by pointer, with its code. */
    readonly fields?: Readonly<Record<string, string>>;
    readonly allow?: string;
  }

  const put = (path: string, body: unknown): ApiRequest => ({ method: 'PUT', path, body });
  const withShop = (change: object): ApiRequest => put('/v1/load-balancers/shop', { ...SHOP, ...change });
  const withEu = (change: object): ApiRequest => put('/v1/origins/eu', { ...EU, ...change });
  const invalid = (name: string, request: ApiRequest, fields: Readonly<Record<string, string>>): BadRequest => ({
    name,
    request,
    status: 400,
    code: 'invalid-resource',
    fields,
  });
  const wrong = (...pointers: readonly string[]) =>
    Object.fromEntries(pointers.map((pointer) => [pointer, 'invalid-value']));

  const requests: readonly BadRequest[] = [
    invalid('an unknown origin', withShop({ origins: [{ origin: 'eu' }, { origin: 'mars' }] }), {
      '/origins/1/origin': 'unknown-origin',
    }),
    invalid('a network for an address', withShop({ addresses: ['203.0.113.0/24'] }), wrong('/addresses/0')),
    invalid('an address that is none', withShop({ addresses: ['203.0.113.10', 'nowhere'] }), wrong('/addresses/1')),
    invalid(
      'an endpoint that is a name',
      withEu({ endpoints: [{ address: 'eu.example.com' }] }),
      wrong('/endpoints/0/address'),
    ),
    invalid('a multicast endpoint', withEu({ endpoints: [{ address: 'ff02::1' }] }), wrong('/endpoints/0/address')),
    invalid(
      'ports out of range',
      withShop({
        listeners: [
          { protocol: 'TCP', port: 0 },
          { protocol: 'TCP', port: 65_536 },
        ],
      }),
      wrong('/listeners/0/port', '/listeners/1/port'),
    ),
    invalid('half a port', withShop({ listeners: [{ protocol: 'TCP', port: 80.5 }] }), wrong('/listeners/0/port')),
    invalid(
      'a protocol that is not served',
      withShop({ listeners: [{ protocol: 'SCTP', port: 80 }] }),
      wrong('/listeners/0/protocol'),
    ),
    invalid('an address twice', withShop({ addresses: ['2001:db8::1', '2001:DB8::1'] }), wrong('/addresses/1')),
    invalid(
      'a listener twice',
      withShop({
        listeners: [
          { protocol: 'TCP', port: 80 },
          { protocol: 'TCP', port: 80 },
        ],
      }),
      { '/listeners/1': 'listener-overlap' },
    ),
    invalid(
      'an origin twice',
      withShop({ origins: [{ origin: 'eu' }, { origin: 'eu', port: 1 }] }),
      wrong('/origins/1'),
    ),
    invalid(
      'an endpoint twice',
      withEu({ endpoints: [{ address: '192.0.2.1' }, { address: '192.0.2.1' }] }),
      wrong('/endpoints/1'),
    ),
    invalid('no origin at all', withShop({ origins: [] }), wrong('/origins')),
    invalid('a negative capacity', withEu({ capacity: { rate: -1 } }), wrong('/capacity/rate')),
    invalid(
      'a negative weight',
      withEu({ endpoints: [{ address: '192.0.2.1', weight: -1 }] }),
      wrong('/endpoints/0/weight'),
    ),
    invalid('a number as text', withEu({ capacity: { rate: '5' } }), wrong('/capacity/rate')),
    invalid(
      'a place outside the world',
      withEu({ location: { latitude: 91, longitude: 181 } }),
      wrong('/location/latitude', '/location/longitude'),
    ),
    invalid(
      'a capacity in connections that is negative',
      withEu({ capacity: { connections: -1 } }),
      wrong('/capacity/connections'),
    ),
    invalid('a capacity both declared and learnt', withEu({ utilization: { query: 'busy' } }), {
      '/utilization': 'capacity-declared',
    }),
    ...['', ' ', 'x'.repeat(4_097)].map((query) =>
      invalid(
        `a question of ${query.length} characters`,
        withEu({ capacity: {}, utilization: { query } }),
        wrong('/utilization/query'),
      ),
    ),
    invalid('manual mode without shares', withShop({ policy: { mode: 'manual' } }), {
      '/policy/manualShares': 'manual-shares',
    }),
    invalid(
      'shares by hand that are not the whole, of origins that are not used, though they have no effect yet',
      withShop({ policy: { manualShares: { eu: 50, mars: 20, moon: 0 } } }),
      {
        '/policy/manualShares/mars': 'origin-not-used',
        '/policy/manualShares/moon': 'origin-not-used',
        '/policy/manualShares': 'manual-shares',
      },
    ),
    invalid(
      'figures of a policy out of range',
      withShop({
        policy: { mode: 'half', frozen: 'yes', overloadMaxShiftPercent: 101, manualShares: { eu: 101, us: -1 } },
      }),
      wrong(
        '/policy/mode',
        '/policy/frozen',
        '/policy/overloadMaxShiftPercent',
        '/policy/manualShares/eu',
        '/policy/manualShares/us',
      ),
    ),
    invalid(
      'to remove an origin that has a share by hand',
      withShop({ origins: [{ origin: 'eu' }], policy: { manualShares: { eu: 50, us: 50 } } }),
      { '/policy/manualShares/us': 'origin-not-used' },
    ),
    invalid(
      'a question with fields that are wrong',
      {
        method: 'POST',
        path: '/v1/what-if',
        body: {
          origins: [{ origin: 'eu', capacityRate: -1, colour: 'red' }],
          loadBalancers: [{ loadBalancer: 'shop', policy: { maxShift: 1 }, references: [{ origin: 'Eu!' }] }],
          demand: [{ change: { type: 'factor', factor: -1 } }],
          rtts: [{ edge: 'ams-1', origin: 'eu' }],
          weather: 'fine',
        },
      },
      {
        '/origins/0/capacityRate': 'invalid-value',
        '/origins/0/colour': 'unknown-field',
        '/loadBalancers/0/policy/maxShift': 'unknown-field',
        '/loadBalancers/0/references/0/origin': 'invalid-value',
        '/demand/0/change/factor': 'invalid-value',
        '/rtts/0/rttMs': 'missing-field',
        '/weather': 'unknown-field',
      },
    ),
    invalid(
      'a question about what is not there',
      {
        method: 'POST',
        path: '/v1/what-if',
        body: {
          origins: [{ origin: 'mars', state: 'disabled' }],
          loadBalancers: [{ loadBalancer: 'blog' }, { loadBalancer: 'shop', removedOrigins: ['moon'] }],
          edges: [{ edge: 'ghost', isLost: true }],
        },
      },
      {
        '/origins/0/origin': 'unknown-origin',
        '/loadBalancers/0/loadBalancer': 'unknown-load-balancer',
        '/loadBalancers/1/removedOrigins/0': 'unknown-origin',
        '/edges/0/edge': 'unknown-edge',
      },
    ),
    invalid('no question', { method: 'POST', path: '/v1/what-if' }, { '': 'missing-field' }),
    invalid('an unknown field', withEu({ colour: 'red' }), { '/colour': 'unknown-field' }),
    invalid('an unknown field deep inside', withShop({ policy: { maxShift: 5 } }), {
      '/policy/maxShift': 'unknown-field',
    }),
    invalid(
      'several at once',
      { method: 'POST', path: '/v1/edges', body: { name: 'Ams 2', state: 'asleep', rack: 7 } },
      {
        '/name': 'invalid-value',
        '/site': 'missing-field',
        '/region': 'missing-field',
        '/state': 'invalid-value',
        '/rack': 'unknown-field',
      },
    ),
    invalid('another name than the path’s', put('/v1/origins/eu', { ...EU, name: 'us' }), wrong('/name')),
    invalid('a body that is a list', put('/v1/origins/eu', [EU]), wrong('')),
    invalid('no body', { method: 'PUT', path: '/v1/origins/eu' }, { '': 'missing-field' }),
    invalid(
      'a patch to something invalid',
      { method: 'PATCH', path: '/v1/origins/eu', body: { endpoints: null } },
      { '/endpoints': 'missing-field' },
    ),
    invalid(
      'a mode that is none',
      { method: 'PATCH', path: '/v1/scheduler', body: { mode: 'asleep' } },
      wrong('/mode'),
    ),
    invalid('no mode', { method: 'PATCH', path: '/v1/scheduler', body: { mode: null } }, { '/mode': 'missing-field' }),
    invalid(
      'a report without a sequence',
      {
        method: 'POST',
        path: '/v1/agent/reports',
        body: {
          version: 1,
          edge: 'ams-1',
          agentVersion: '1',
          instance: 'a',
          sequence: 0,
          monotonicMs: 1,
          applied: null,
          dataPlane: 'ipvs',
          loadBalancers: [],
          errors: [],
        },
      },
      wrong('/sequence'),
    ),
    {
      name: 'an address and port of another load balancer',
      request: {
        method: 'POST',
        path: '/v1/load-balancers',
        body: { ...SHOP, name: 'blog', addresses: ['2001:db8:0::10'] },
      },
      status: 409,
      code: 'conflict',
      fields: { '/listeners/0': 'address-in-use' },
    },
    {
      name: 'a name that is taken',
      request: { method: 'POST', path: '/v1/origins', body: EU },
      status: 409,
      code: 'conflict',
      fields: { '/name': 'already-exists' },
    },
    { name: 'malformed JSON', request: put('/v1/origins/eu', '{"name": "eu",'), status: 400, code: 'malformed-body' },
    { name: 'an empty body said to be JSON', request: put('/v1/origins/eu', ''), status: 400, code: 'malformed-body' },
    {
      name: 'a poisoned prototype',
      request: put('/v1/origins/eu', '{"__proto__": {"region": "x"}}'),
      status: 400,
      code: 'malformed-body',
    },
    {
      name: 'a malformed merge patch',
      request: {
        method: 'PATCH',
        path: '/v1/origins/eu',
        body: '{',
        headers: { 'content-type': 'application/merge-patch+json' },
      },
      status: 400,
      code: 'malformed-body',
    },
    ...(
      [
        ['PUT', 'text/plain'],
        ['PUT', 'application/x-www-form-urlencoded'],
        ['PUT', 'application/yaml'],
        ['PUT', 'application/merge-patch+json'],
        ['PATCH', 'application/json'],
        ['PATCH', 'application/json-patch+json'],
      ] as const
    ).map(([method, type]) => ({
      name: `${method} with a body of type ${type}`,
      request: { method, path: '/v1/origins/eu', body: '{"region":"mars"}', headers: { 'content-type': type } },
      status: 415,
      code: 'unsupported-media-type',
    })),
    ...(['application/xml', 'application/problem+json', 'application/json;q=0'] as const).map((accept) => ({
      name: `to be answered as ${accept}`,
      request: { ...withEu({ region: 'mars' }), headers: { accept } },
      status: 406,
      code: 'not-acceptable',
    })),
    ...(
      [
        ['PUT', { 'if-match': '"old"' }],
        ['PUT', { 'if-match': 'W/"old", "older"' }],
        ['PUT', { 'if-none-match': '*' }],
        ['PATCH', { 'if-match': '"old"' }],
        ['DELETE', { 'if-match': '"old"' }],
      ] as const
    ).map(([method, headers]) => ({
      name: `${method} on the condition ${JSON.stringify(headers)}`,
      request: {
        method,
        path: '/v1/edges/ams-1',
        headers,
        ...(method !== 'DELETE' && { body: { site: 'x', region: 'x' } }),
      },
      status: 412,
      code: 'precondition-failed',
    })),
    {
      name: 'to replace on a condition what is not there',
      request: { ...put('/v1/edges/ghost', { site: 'x', region: 'x' }), headers: { 'if-match': '*' } },
      status: 412,
      code: 'precondition-failed',
    },
    {
      name: 'a mode on a condition that does not hold',
      request: { method: 'PATCH', path: '/v1/scheduler', body: { mode: 'frozen' }, headers: { 'if-match': '"old"' } },
      status: 412,
      code: 'precondition-failed',
    },
    {
      name: 'a body that is too large',
      request: withEu({ labels: { essay: 'x'.repeat(1_100_000) } }),
      status: 413,
      code: 'payload-too-large',
    },
    ...(
      [
        ['DELETE', '/v1/origins', 'GET, HEAD, POST'],
        ['POST', '/v1/origins/eu', 'DELETE, GET, HEAD, PATCH, PUT'],
        ['DELETE', '/v1/scheduler', 'GET, HEAD, PATCH'],
        ['PUT', '/v1/load-balancers/shop/shares', 'GET, HEAD'],
        ['POST', '/v1/load-balancers/shop/explanation', 'GET, HEAD'],
        ['GET', '/v1/what-if', 'POST'],
        ['GET', '/v1/agent/reports', 'POST'],
        ['POST', '/healthz', 'GET, HEAD'],
        ['OPTIONS', '/v1/edges', 'GET, HEAD, POST'],
      ] as const
    ).map(([method, path, allow]) => ({
      name: `${method} ${path}`,
      request: { method, path },
      status: 405,
      code: 'method-not-allowed',
      allow,
    })),
    ...[
      '/v1/nothing',
      '/v2/origins',
      '/v1/origins/eu/nothing',
      '/v1/origins/%zz',
      `/v1/origins/${'x'.repeat(300)}`,
    ].map((path) => ({
      name: `GET ${path.slice(0, 40)}`,
      request: { path },
      status: 404,
      code: 'not-found',
    })),
    ...(['GET', 'PATCH', 'DELETE'] as const).flatMap((method) =>
      ['origins', 'edges', 'load-balancers'].map((kind) => ({
        name: `${method} of one of the ${kind} that is not there`,
        request: { method, path: `/v1/${kind}/ghost`, ...(method === 'PATCH' && { body: {} }) },
        status: 404,
        code: 'not-found',
      })),
    ),
    ...(
      [
        ['/v1/origins?limit=0', '/limit', 'invalid-value'],
        ['/v1/origins?limit=501', '/limit', 'invalid-value'],
        ['/v1/edges?limit=ten', '/limit', 'invalid-value'],
        ['/v1/edges?limit=1&limit=2', '/limit', 'invalid-value'],
        ['/v1/load-balancers?cursor=', '/cursor', 'invalid-value'],
        ['/v1/load-balancers?cursor=shop', '/cursor', 'invalid-value'],
        ['/v1/load-balancers?label==web', '/label/0', 'invalid-value'],
        ['/v1/origins/eu?fields=name', '/fields', 'unknown-field'],
        ['/v1/load-balancers?page=2', '/page', 'unknown-field'],
        ['/v1/scheduler/cycles?cursor=x', '/cursor', 'invalid-value'],
        ['/v1/scheduler/cycles?limit=-1', '/limit', 'invalid-value'],
        ['/v1/agent/configuration', '/edge', 'missing-field'],
        ['/v1/agent/configuration?edge=Not%20A%20Name', '/edge', 'invalid-value'],
      ] as const
    ).map(([path, pointer, code]) => ({
      name: path,
      request: { path },
      status: 400,
      code: 'invalid-query',
      fields: { [pointer]: code },
    })),
    ...(
      [
        ['PUT', { site: 'new', region: 'eu' }],
        ['PATCH', { site: 'new' }],
        ['DELETE', undefined],
      ] as const
    ).map(([method, body]) => ({
      name: `${method} with a query, which would ask for something that is not done`,
      request: { method, path: '/v1/edges/ams-1?force=true', ...(body !== undefined && { body }) },
      status: 400,
      code: 'invalid-query',
      fields: { '/force': 'unknown-field' },
    })),
    { name: 'a cycle that is none', request: { path: '/v1/scheduler/cycles/newest' }, status: 404, code: 'not-found' },
    {
      name: 'a report of an unknown edge',
      request: {
        method: 'POST',
        path: '/v1/agent/reports',
        body: {
          version: 1,
          edge: 'ghost',
          agentVersion: '1',
          instance: 'a',
          sequence: 1,
          monotonicMs: 1,
          applied: null,
          dataPlane: 'ipvs',
          loadBalancers: [],
          errors: [],
        },
      },
      status: 404,
      code: 'not-found',
    },
    {
      name: 'a poll of an unknown edge',
      request: { path: '/v1/agent/configuration?edge=ghost', headers: { prefer: 'wait=25' } },
      status: 404,
      code: 'not-found',
    },
  ];

  it.each(requests)('$name: $status, and nothing is stored', async ({ request, status, code, fields, allow }) => {
    const before = [await api.resources(), await api.get('/v1/scheduler')];
    const answer = await api.call(request);
    const problem = problemOf(answer);
    expect(problem).toMatchObject({ status, code, instance: request.path });
    expect(Object.fromEntries((problem.errors ?? []).map(({ pointer, code: why }) => [pointer, why]))).toEqual(
      fields ?? {},
    );
    expect(answer.headers.get('allow')).toBe(allow ?? null);
    expect([await api.resources(), await api.get('/v1/scheduler')]).toEqual(before);
  });

  it('refuses to delete an origin in use, and names who uses it', async () => {
    const problem = problemOf(await api.call({ method: 'DELETE', path: '/v1/origins/eu' }));
    expect(problem).toMatchObject({ status: 409, code: 'conflict', errors: [{ code: 'origin-in-use' }] });
    expect(problem.detail).toContain('"shop"');
    expect(await api.get('/v1/origins/eu')).toMatchObject(EU_STORED);
  });
});

const EU_STORED = { ...EU, endpoints: [{ address: '198.51.100.11', weight: 1 }], state: 'active', labels: {} };

describe('the six verbs', () => {
  const kinds = [
    { kind: 'origins', resource: { name: 'verbs', region: 'r', endpoints: [{ address: '192.0.2.9' }] } },
    { kind: 'edges', resource: { name: 'verbs', site: 's', region: 'r' } },
    {
      kind: 'load-balancers',
      resource: { ...SHOP, name: 'verbs', addresses: ['203.0.113.77'], origins: [{ origin: 'us' }] },
    },
  ];

  it.each(kinds)('create, read, list, replace, patch and delete $kind', async ({ kind, resource }) => {
    const one = `/v1/${kind}/verbs`;
    const created = await api.call({ method: 'POST', path: `/v1/${kind}`, body: resource });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(one);
    expect(created.body).toMatchObject({ ...resource, labels: {} });
    expect(await api.get(one)).toEqual(created.body);

    const { items } = await api.get<{ items: { name: string }[] }>(`/v1/${kind}`);
    expect(items).toContainEqual(created.body);
    expect(items.map(({ name }) => name)).toEqual(items.map(({ name }) => name).sort());

    const replaced = await api.call({ method: 'PUT', path: one, body: { ...resource, labels: { a: '1', b: '2' } } });
    expect(replaced.status).toBe(200);
    expect(replaced.body).toMatchObject({ labels: { a: '1', b: '2' } });

    const patched = await api.call({
      method: 'PATCH',
      path: one,
      body: { labels: { a: null, c: '3' } },
    });
    expect(patched.status).toBe(200);
    expect((patched.body as { labels: unknown }).labels).toEqual({ b: '2', c: '3' });
    expect(await api.get(one)).toEqual(patched.body);

    const removed = await api.call({ method: 'DELETE', path: one });
    expect([removed.status, removed.body]).toEqual([204, '']);
    expect((await api.call({ path: one })).status).toBe(404);

    const again = await api.call({ method: 'PUT', path: one, body: resource });
    expect(again.status).toBe(201);
    await api.call({ method: 'DELETE', path: one });
  });

  it('page through a list', async () => {
    const names = ['page-1', 'page-2', 'page-3', 'page-4', 'page-5'];
    for (const name of names) await api.send('POST', '/v1/edges', { name, site: 's', region: 'r' });
    const seen: string[] = [];
    let cursor: string | null = Buffer.from('after:page').toString('base64url');
    while (cursor !== null) {
      const page: { items: { name: string }[]; nextCursor: string | null } = await api.get(
        `/v1/edges?limit=2&cursor=${cursor}`,
      );
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(names);
    for (const name of names) await api.call({ method: 'DELETE', path: `/v1/edges/${name}` });
  });

  it('page on, with the same filter, though what was there is written meanwhile', async () => {
    const names = ['page-1', 'page-2', 'page-3', 'page-4'];
    for (const name of names) {
      await api.send('POST', '/v1/edges', { name, site: 's', region: 'r', labels: { page: name.slice(-1) } });
    }
    const first = await api.call({ path: '/v1/edges?limit=2&label=page' });
    const next = /^<(\S+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1];
    expect(next).toContain('label=page');
    await api.call({ method: 'DELETE', path: '/v1/edges/page-2' });
    await api.send('POST', '/v1/edges', { name: 'page-0', site: 's', region: 'r', labels: { page: '0' } });
    const second = await api.call({ path: String(next) });
    expect(second.body).toMatchObject({ items: [{ name: 'page-3' }, { name: 'page-4' }], nextCursor: null });
    expect(second.headers.get('link')).toBeNull();
    expect(await api.get('/v1/edges?label=page=3&label=page')).toMatchObject({ items: [{ name: 'page-3' }] });
    for (const name of ['page-0', ...names]) await api.call({ method: 'DELETE', path: `/v1/edges/${name}` });
  });

  it.each(kinds)('tell one state of $kind from another by its tag, and let no writer undo another', async (kind) => {
    const one = `/v1/${kind.kind}/verbs`;
    const created = await api.call({
      method: 'PUT',
      path: one,
      body: kind.resource,
      headers: { 'if-none-match': '*' },
    });
    expect(created.status).toBe(201);
    const tag = created.headers.get('etag')!;
    expect(tag).toMatch(/^"[\w-]+"$/);
    const read = await api.call({ path: one });
    expect(read.headers.get('etag')).toBe(tag);
    const known = await api.call({ path: one, headers: { 'if-none-match': `"x", ${tag}` } });
    expect([known.status, known.body, known.headers.get('etag')]).toEqual([304, '', tag]);

    const patches = await Promise.all(
      ['a', 'b'].map((team) =>
        api.call({ method: 'PATCH', path: one, body: { labels: { team } }, headers: { 'if-match': tag } }),
      ),
    );
    expect(patches.map(({ status }) => status).sort()).toEqual([200, 412]);
    const won = patches.find(({ status }) => status === 200)!;
    expect((await api.call({ path: one })).headers.get('etag')).toBe(won.headers.get('etag'));
    expect(won.headers.get('etag')).not.toBe(tag);
    // The same content again has the same tag again.
    const back = await api.call({ method: 'PUT', path: one, body: kind.resource });
    expect([back.status, back.headers.get('etag')]).toEqual([200, tag]);
    expect((await api.call({ method: 'DELETE', path: one, headers: { 'if-match': tag } })).status).toBe(204);
  });

  it.each(kinds)('try out a write of $kind without making it', async ({ kind, resource }) => {
    const before = await api.resources();
    const one = `/v1/${kind}/verbs`;
    const created = await api.call({ method: 'POST', path: `/v1/${kind}?dryRun=true`, body: resource });
    expect(created).toMatchObject({ status: 201, body: { name: 'verbs', labels: {} } });
    expect((await api.call({ method: 'PUT', path: `${one}?dryRun=true`, body: resource })).status).toBe(201);
    expect(await api.resources()).toEqual(before);

    await api.send('PUT', one, resource);
    const stored = await api.resources();
    const patched = await api.call({ method: 'PATCH', path: `${one}?dryRun=true`, body: { labels: { a: 'b' } } });
    expect(patched).toMatchObject({ status: 200, body: { labels: { a: 'b' } } });
    expect((await api.call({ method: 'DELETE', path: `${one}?dryRun=true` })).status).toBe(204);
    expect(await api.resources()).toEqual(stored);
    expect((await api.call({ method: 'DELETE', path: `${one}?dryRun=false` })).status).toBe(204);
  });

  it('make nothing of the very same', async () => {
    // Joins the cycle that a change before may still be waiting for.
    await api.cycle();
    const { lastCycle } = await api.get<{ lastCycle: { id: number } }>('/v1/scheduler');
    for (let count = 0; count < 3; count++) await api.send('PUT', '/v1/origins/eu', EU);
    await api.send('PATCH', '/v1/origins/eu', {});
    await api.send('PATCH', '/v1/scheduler', {});
    // Each change would have caused a cycle; the one asked for here comes right after the last.
    expect(await api.cycle()).toMatchObject({ id: lastCycle.id + 1 });
  });

  it('keep zero as zero: none, not unlimited and not the default', async () => {
    await api.send('PUT', '/v1/origins/zero', {
      region: 'r',
      endpoints: [{ address: '192.0.2.7', weight: 0 }],
      capacity: { rate: 0, connections: 0 },
    });
    await api.send('PUT', '/v1/load-balancers/zero', {
      ...SHOP,
      name: 'zero',
      addresses: ['203.0.113.70'],
      origins: [{ origin: 'zero', dialPercent: 0, maxRate: 0 }, { origin: 'us' }],
      policy: { overloadMaxShiftPercent: 0, manualShares: { zero: 0, us: 100 } },
    });
    expect(await api.get('/v1/origins/zero')).toMatchObject({
      capacity: { rate: 0, connections: 0 },
      endpoints: [{ weight: 0 }],
    });
    expect(await api.get('/v1/load-balancers/zero')).toMatchObject({
      origins: [{ dialPercent: 0, maxRate: 0 }, {}],
      policy: { overloadMaxShiftPercent: 0, manualShares: { zero: 0, us: 100 } },
    });
    await api.cycle();
    expect(await api.get('/v1/origins/zero/status')).toMatchObject({
      capacity: 0,
      capacitySource: 'declared',
      connectionCapacity: 0,
      headroom: 0,
      utilization: null,
    });
    const { body } = await api.poll('ams-1');
    const { loadBalancers } = edgeConfigurationSchema.parse(body);
    const endpoints = loadBalancers.find(({ name }) => name === 'zero')?.endpoints;
    expect(endpoints?.find(({ origin }) => origin === 'zero')?.weight).toBe(0);
    expect(endpoints?.find(({ origin }) => origin === 'us')?.weight).toBeGreaterThan(0);
    await api.call({ method: 'DELETE', path: '/v1/load-balancers/zero' });
    await api.call({ method: 'DELETE', path: '/v1/origins/zero' });
  });

  it('take a field out by a merge patch that sets it to null', async () => {
    const patched = await api.send('PATCH', '/v1/origins/eu', { capacity: { rate: null }, location: null });
    expect(patched).not.toHaveProperty('location');
    expect(patched['capacity']).toEqual({});
    expect(await api.get('/v1/origins/eu')).toEqual(patched);
    await api.send('PUT', '/v1/origins/eu', EU);
  });
});

describe('the scheduler', () => {
  it('tells its state and its history, newest first', async () => {
    // Joins the cycle that a change may still be waiting for.
    await api.cycle();
    const ran = await api.cycle();
    expect(ran).toMatchObject({ trigger: 'operator', mode: 'running', outcome: { kind: 'planned' } });
    expect(await api.get('/v1/scheduler')).toMatchObject({
      mode: 'running',
      cycleSeconds: 3600,
      telemetry: 'reports',
      lastCycle: ran,
    });
    const first = await api.get<{ items: { id: number }[]; nextCursor: string }>('/v1/scheduler/cycles?limit=2');
    const second = await api.get<{ items: { id: number }[] }>(
      `/v1/scheduler/cycles?limit=2&cursor=${first.nextCursor}`,
    );
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect(ids).toEqual([ran['id'], ...ids.slice(1)]);
    expect(new Set(ids).size).toBe(4);
    expect(ids).toEqual([...ids].sort((left, right) => right - left));
    const stored = await api.get(`/v1/scheduler/cycles/${String(ran['id'])}`);
    expect(stored).toMatchObject(ran);
    expect(Object.keys(stored['input'] as object).sort()).toEqual([
      'configuration',
      'isUrgent',
      'observation',
      'previous',
      'settings',
    ]);
  });

  it('frozen, decides nothing; in shadow, publishes nothing; resumed, does both', async () => {
    await api.send('PATCH', '/v1/scheduler', { mode: 'frozen' });
    const problem = problemOf(await api.call({ method: 'POST', path: '/v1/scheduler/cycles' }));
    expect(problem).toMatchObject({ status: 409, code: 'conflict' });
    const { lastCycle } = await api.get('/v1/scheduler');
    const tag = await api.entityTag('ams-1');
    await api.send('PATCH', '/v1/edges/ams-1', { state: 'draining' });
    expect((await api.get('/v1/scheduler'))['lastCycle']).toEqual(lastCycle);
    expect(await api.entityTag('ams-1')).toBe(tag);

    await api.send('PATCH', '/v1/scheduler', { mode: 'shadow' });
    expect(await api.cycle()).toMatchObject({ mode: 'shadow', published: null });
    expect(await api.entityTag('ams-1')).toBe(tag);

    await api.send('PATCH', '/v1/scheduler', { mode: 'running' });
    await api.cycle();
    expect(await api.entityTag('ams-1')).not.toBe(tag);
    await api.send('PATCH', '/v1/edges/ams-1', { state: 'active' });
    await api.cycle();
  });

  it('gives the same plan, byte for byte, when a stored cycle is decided again', async () => {
    for (let sequence = 1; sequence <= 3; sequence++) await api.report(sequence, 50);
    await api.cycle();
    for (let sequence = 4; sequence <= 9; sequence++) await api.report(sequence, 300);
    for (let count = 0; count < 4; count++) {
      const { id } = await api.cycle();
      const { input, plan } = await api.get<{ input: CycleInput; plan: Plan }>(`/v1/scheduler/cycles/${String(id)}`);
      expect(JSON.stringify(decide(input, createAssignmentSolver()).state.plan)).toBe(JSON.stringify(plan));
      // Otherwise the equality would say little.
      expect(plan.pairs.find(({ loadBalancer }) => loadBalancer === 'shop')?.demand).toBeGreaterThan(50);
      expect(observedArcs(input.observation).filter(({ rttMs }) => rttMs !== undefined)).toHaveLength(2);
    }
  });
});

describe('how things are', () => {
  it('is told of shares, load, health and agents', async () => {
    for (let sequence = 10; sequence <= 12; sequence++) await api.report(sequence, 300);
    await api.cycle();
    const shares = await api.get<{ pairs: { edge: string; shares: { origin: string; share: number }[] }[] }>(
      '/v1/load-balancers/shop/shares',
    );
    expect(shares.pairs.map(({ edge }) => edge)).toEqual(['ams-1']);
    expect(shares.pairs[0]?.shares.map(({ origin }) => origin)).toEqual(['eu', 'us']);
    expect(shares.pairs[0]?.shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(await api.get('/v1/load-balancers/shop/health')).toMatchObject({
      loadBalancer: 'shop',
      edges: [
        {
          edge: 'ams-1',
          origins: [
            { origin: 'eu', rttMs: 8, endpoints: [{ address: '198.51.100.11', up: true }] },
            { origin: 'us', rttMs: 90 },
          ],
        },
      ],
    });
    const origin = await api.get<{ load: number; shadowPriceMs: number }>('/v1/origins/eu/status');
    expect(origin).toMatchObject({ origin: 'eu', capacity: 100, capacitySource: 'declared', headroom: 0 });
    expect(origin.shadowPriceMs).toBeGreaterThan(0);
    expect(await api.get('/v1/origins/us/status')).toMatchObject({
      capacity: null,
      capacitySource: 'unlimited',
      connectionCapacity: null,
      shadowPriceMs: 0,
    });
    expect(origin.load).toBeGreaterThan(100);
    expect(await api.get('/v1/edges/ams-1/status')).toMatchObject({
      edge: 'ams-1',
      agentVersion: '0.1.0',
      dataPlane: 'userspace',
      applied: null,
      isCurrent: false,
    });
  });

  it.each([
    'load-balancers/ghost/shares',
    'load-balancers/ghost/explanation',
    'load-balancers/ghost/health',
    'origins/ghost/status',
    'edges/ghost/status',
  ])('is not told of %s', async (path) => {
    expect(problemOf(await api.call({ path: `/v1/${path}` })).code).toBe('not-found');
  });

  it('is explained, with the shares it is about', async () => {
    const { pairs } = await api.get<{ pairs: { shares: object[]; explanation: string }[] }>(
      '/v1/load-balancers/shop/shares',
    );
    const explanation = await api.get<{
      edges: { shares: object[]; sentence: string; bindingConstraints: object[] }[];
    }>('/v1/load-balancers/shop/explanation');
    expect(explanation).toMatchObject({
      loadBalancer: 'shop',
      headline: expect.stringContaining('eu is') as string,
      origins: [
        { origin: 'eu', capacity: 100 },
        { origin: 'us', capacity: null },
      ],
      edges: [{ edge: 'ams-1', nearestRttMs: 8 }],
    });
    expect(explanation.edges[0]?.bindingConstraints).toContainEqual(
      expect.objectContaining({ type: 'origin-capacity', origin: 'eu' }),
    );
    expect(explanation.edges[0]?.sentence).toBe(pairs[0]?.explanation);
    expect(explanation.edges[0]?.shares).toMatchObject(pairs[0]!.shares);
  });

  it('is explained before anything was decided: as that', async () => {
    await api.send('PATCH', '/v1/scheduler', { mode: 'frozen' });
    await api.send('PUT', '/v1/load-balancers/later', { ...SHOP, name: 'later', addresses: ['203.0.113.80'] });
    expect(await api.get('/v1/load-balancers/later/explanation')).toMatchObject({
      headline: 'no cycle has decided on later yet',
      edges: [],
    });
    await api.call({ method: 'DELETE', path: '/v1/load-balancers/later' });
    await api.send('PATCH', '/v1/scheduler', { mode: 'running' });
    await api.cycle();
  });

  it('is told to probes and to Prometheus', async () => {
    expect(await api.get('/healthz')).toEqual({ status: 'ok' });
    expect(await api.get('/readyz')).toEqual({ status: 'ok' });
    const { headers, body } = await api.call({ path: '/metrics' });
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toMatch(/^weir_share\{load_balancer="shop",edge="ams-1",origin="eu"\} /m);
    expect(body).toMatch(/^weir_agents_connected 1$/m);
  });
});

/** Of a poll, as agents ask for it. */
const LONGEST_WAIT_SECONDS = 25;

/** Sooner than anybody waits for in vain, and later than the slowest machine does what is asked of it at once. */
const PROMPTLY_MS = 12_000;

describe('a long poll', () => {
  it('is answered when something changes, not when its wait is over', async () => {
    const tag = await api.entityTag('ams-1');
    const poll = api.poll('ams-1', { 'if-none-match': tag, prefer: `wait=${LONGEST_WAIT_SECONDS}` });
    await api.get('/healthz');
    const changedAtMs = performance.now();
    await api.send('PATCH', '/v1/load-balancers/shop', { labels: {}, distribution: 'weighted-round-robin' });
    const answer = await poll;
    expect(performance.now() - changedAtMs).toBeLessThan(PROMPTLY_MS);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).not.toBe(tag);
    const configuration = edgeConfigurationSchema.parse(answer.body);
    expect(configuration).toMatchObject({
      edge: 'ams-1',
      loadBalancers: [{ name: 'shop', distribution: 'weighted-round-robin' }],
    });
    expect(answer.headers.get('etag')).toBe(`"${configuration.term}-${configuration.generation}"`);
  });

  it('is answered 304 once it has waited as long as it wanted', async () => {
    const tag = await api.entityTag('ams-1');
    const startedAtMs = performance.now();
    const answer = await api.poll('ams-1', { 'if-none-match': tag, prefer: 'wait=1' });
    const elapsedMs = performance.now() - startedAtMs;
    expect([answer.status, answer.body, answer.headers.get('etag')]).toEqual([304, '', tag]);
    expect(elapsedMs).toBeGreaterThan(950);
    expect(elapsedMs).toBeLessThan(PROMPTLY_MS);
  });

  it('does not wait unless it says so', async () => {
    const tag = await api.entityTag('ams-1');
    const startedAtMs = performance.now();
    expect((await api.poll('ams-1', { 'if-none-match': tag })).status).toBe(304);
    expect(performance.now() - startedAtMs).toBeLessThan(PROMPTLY_MS);
  });

  it('is answered 204 while nothing was ever published for the edge', async () => {
    await api.send('PATCH', '/v1/scheduler', { mode: 'frozen' });
    await api.send('PUT', '/v1/edges/new-1', { site: 's', region: 'r' });
    const answer = await api.poll('new-1');
    expect([answer.status, answer.body]).toEqual([204, '']);
    await api.send('PATCH', '/v1/scheduler', { mode: 'running' });
    const poll = api.poll('new-1', { prefer: 'wait=25' });
    await api.cycle();
    expect((await poll).status).toBe(200);
    await api.call({ method: 'DELETE', path: '/v1/edges/new-1' });
  });
});

describe('a control plane that is killed', () => {
  interface View {
    readonly resources: readonly unknown[];
    readonly shares: unknown;
    readonly configuration: unknown;
    readonly entityTag: string;
  }

  async function view(from: Api): Promise<View> {
    const { body } = await from.poll('ams-1');
    const { pairs } = await from.get<{ pairs: { shares: { origin: string; share: number }[] }[] }>(
      '/v1/load-balancers/shop/shares',
    );
    return {
      resources: await from.resources(),
      shares: pairs.map(({ shares }) => shares.map(({ origin, share }) => [origin, share])),
      configuration: body,
      entityTag: await from.entityTag('ams-1'),
    };
  }

  it('comes back with what was declared, decided and published, under a later term, and moves no weight', async () => {
    const first = await startControlPlane({ environment: NO_TIMER });
    let successor: ControlPlaneProcess | null = null;
    try {
      const before = new Api(first.url);
      await before.declare();
      for (let sequence = 1; sequence <= 3; sequence++) await before.report(sequence, 50);
      await before.cycle();
      for (let sequence = 4; sequence <= 9; sequence++) await before.report(sequence, 300);
      await before.cycle();
      await before.cycle();
      const known = await view(before);
      // Shares on their way are what a restart could lose.
      expect(JSON.stringify(known.shares)).toMatch(/0\.\d+/);
      expect((await first.kill()).signal).toBe('SIGKILL');

      successor = await startControlPlane({ environment: NO_TIMER, dataDirectory: first.dataDirectory });
      const after = new Api(successor.url);
      expect(await view(after)).toEqual(known);
      const held = after.poll('ams-1', { 'if-none-match': known.entityTag, prefer: 'wait=1' });
      await after.cycle();
      expect((await held).status).toBe(304);
      expect(await view(after)).toEqual(known);

      await after.send('PATCH', '/v1/edges/ams-1', { state: 'draining' });
      await after.cycle();
      const [oldTerm, newTerm] = [known.configuration, (await after.poll('ams-1')).body].map(
        (body) => edgeConfigurationSchema.parse(body).term,
      );
      expect(newTerm).toBeGreaterThan(oldTerm!);
    } finally {
      await successor?.stop();
      await first.stop();
    }
  });
});

describe('a control plane that is told to stop', () => {
  it('answers every open long poll, and does not wait for them to end', async () => {
    const stopping = await startControlPlane({ environment: NO_TIMER });
    const its = new Api(stopping.url);
    await its.declare();
    await its.cycle();
    const tag = await its.entityTag('ams-1');
    let arrived = 0;
    const polls = Array.from({ length: 20 }, async () => {
      const answer = await its.poll('ams-1', { 'if-none-match': tag, prefer: 'wait=25' });
      arrived += 1;
      return answer.status;
    });
    // Later ones of the same kind are answered at once, so those sent before are waiting.
    for (let count = 0; count < 50; count++) await its.poll('ams-1', { 'if-none-match': tag, prefer: 'wait=0' });
    expect(arrived).toBe(0);

    // Who takes longer than ten seconds is killed.
    expect(await stopping.stop()).toEqual({ exitCode: 0, signal: null });
    expect(await Promise.all(polls)).toEqual(Array(20).fill(304));
    expect(stopping.logs().filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  it('is not held up by a client that never finishes its request', async () => {
    const stopping = await startControlPlane({ environment: NO_TIMER });
    const endless = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('{"name":'));
      },
    });
    const request: RequestInit & { duplex: 'half' } = {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${stopping.token}` },
      body: endless,
      duplex: 'half',
    };
    const stuck = fetch(`${stopping.url}/v1/origins/eu`, request).catch((error: unknown) => error);
    for (let count = 0; count < 5; count++) await callApi(stopping.url, { path: '/readyz' });
    // Requests may take fifteen seconds; who takes longer than ten to stop is killed.
    expect(await stopping.stop()).toEqual({ exitCode: 0, signal: null });
    await stuck;
  });
});

describe('a question of what would be', () => {
  /** All that a question must leave as it is: what was declared, decided, remembered and published. */
  async function everything(): Promise<unknown> {
    const { items } = await api.get<{ items: { id: number }[] }>('/v1/scheduler/cycles?limit=500');
    const document = await api.poll('ams-1');
    return {
      resources: await api.resources(),
      scheduler: await api.get('/v1/scheduler'),
      history: await Promise.all(items.slice(0, 3).map(({ id }) => api.get(`/v1/scheduler/cycles/${id}`))),
      items,
      shares: await api.get('/v1/load-balancers/shop/shares'),
      published: [document.headers.get('etag'), document.body],
    };
  }

  interface Answer {
    readonly pairs: readonly { readonly shares: readonly { readonly origin: string; readonly after: number }[] }[];
    readonly cyclesAtDampedPace: number;
  }

  it('is answered, and changes nothing', async () => {
    const before = await everything();
    const answer = (await api.send('POST', '/v1/what-if', {
      origins: [{ origin: 'eu', capacityRate: 1_000 }],
      demand: [{ change: { type: 'factor', factor: 2 } }],
    })) as unknown as Answer;
    expect(answer).toMatchObject({
      origins: [{ origin: 'eu', capacity: { before: 100, after: 1_000 }, overload: { after: 0 } }, { origin: 'us' }],
      explanations: [{ loadBalancer: 'shop' }],
      notices: [],
    });
    expect(answer.pairs[0]?.shares.find(({ origin }) => origin === 'eu')?.after).toBe(1);
    expect(answer.cyclesAtDampedPace).toBeGreaterThan(0);
    expect(await everything()).toEqual(before);

    // What comes next is decided as if nobody had asked.
    const { id } = await api.cycle();
    const { input, plan } = await api.get<{ input: CycleInput; plan: Plan }>(`/v1/scheduler/cycles/${String(id)}`);
    expect(input.configuration.origins.find(({ name }) => name === 'eu')?.capacity).toEqual({ rate: 100 });
    expect(JSON.stringify(decide(input, createAssignmentSolver()).state.plan)).toBe(JSON.stringify(plan));
  });

  it('is told to come again before the first cycle', () => {
    expect(problemOf(askedTooEarly)).toMatchObject({ status: 503, code: 'unavailable' });
    expect(askedTooEarly.headers.get('retry-after')).toBe('3600');
  });

  it('is answered or told to come again when several ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.call({ method: 'POST', path: '/v1/what-if', body: {} })),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(problemOf(answer)).toMatchObject({ status: 503, code: 'busy' });
      expect(answer.headers.get('retry-after')).toBe('1');
    }
  });
});
