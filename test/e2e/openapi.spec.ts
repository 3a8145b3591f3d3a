import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { AgentTokens, type ApiAnswer, type ApiRequest, callApi } from './api-client.js';

type JsonSchema = Readonly<Record<string, unknown>>;

interface MediaType {
  readonly schema: JsonSchema;
  readonly examples?: Readonly<Record<string, { readonly summary?: string; readonly value: unknown }>>;
}

interface Content {
  readonly content?: Readonly<Record<string, MediaType>>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: { readonly example?: unknown };
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content & { readonly description: string }>>;
}

/** A documented example of a body, with its media type. */
interface Body {
  readonly type: string;
  readonly value: { readonly name?: string };
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

const FILE = new URL('../../openapi.yaml', import.meta.url);
const text = await readFile(FILE, 'utf8');
// Refuses a document in which a key, such as the name of a component, occurs twice.
const document = parse(text, { uniqueKeys: true }) as OpenApiDocument;

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase() as NonNullable<ApiRequest['method']>,
    path,
    operation,
  })),
);

function operationOf(name: string): (typeof operations)[number] {
  const found = operations.find((operation) => operation.name === name);
  if (found === undefined) throw new Error(`${name} is not documented`);
  return found;
}

/** Says what is wrong with a value, by the document's own schemas; empty when it fits. */
function mismatches(schema: JsonSchema, value: unknown): readonly string[] {
  const asDefinitions = JSON.parse(
    JSON.stringify({ ...schema, $defs: document.components.schemas }).replaceAll('#/components/schemas/', '#/$defs/'),
  ) as Parameters<typeof z.fromJSONSchema>[0];
  const parsed = z.fromJSONSchema(asDefinitions).safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`);
}

/** Every body that an operation documents: its own, and its answers'. */
const bodies = operations.flatMap(({ name, operation }) => [
  ...Object.entries(operation.requestBody?.content ?? {}).map(([type, media]) => ({
    name: `${name} takes ${type}`,
    media,
  })),
  ...Object.entries(operation.responses).flatMap(([status, { content }]) =>
    Object.entries(content ?? {}).map(([type, media]) => ({ name: `${name} answers ${status} ${type}`, media })),
  ),
]);

const examples = bodies.flatMap(({ name, media }) =>
  Object.entries(media.examples ?? {}).map(([key, example]) => ({ name: `${name}, "${key}"`, media, example })),
);

describe('openapi.yaml', () => {
  it('describes the whole API', () => {
    expect(operations.length).toBeGreaterThan(30);
    expect(examples.length).toBeGreaterThan(80);
  });

  it('gives every operation a summary, a tag and an identifier of its own', () => {
    for (const { name, operation } of operations) {
      expect(operation.summary, name).toMatch(/\S/);
      expect(operation.tags, name).toHaveLength(1);
    }
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('documents for every operation what a client gets when all goes well', () => {
    for (const { name, operation } of operations) {
      expect(
        Object.keys(operation.responses).filter((status) => status.startsWith('2')),
        name,
      ).not.toEqual([]);
    }
  });

  it('documents every parameter in a path, and gives an example of each that is required', () => {
    for (const { name, path, operation } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const documented = operation.parameters.filter((parameter) => parameter.in === 'path');
      expect(
        documented.map((parameter) => parameter.name),
        name,
      ).toEqual(named);
      for (const parameter of operation.parameters.filter(({ required }) => required)) {
        expect(parameter.schema.example, `${name} ${parameter.name}`).toBeDefined();
      }
    }
  });

  it.each(bodies)('$name, with a worked example', ({ media }) => {
    const found = Object.values(media.examples ?? {});
    expect(found.length).toBeGreaterThan(0);
    for (const { summary } of found) expect(summary).toMatch(/\S/);
  });

  it.each(examples)('$name fits its schema', ({ media, example }) => {
    expect(mismatches(media.schema, example.value)).toEqual([]);
  });

  it('has schemas that refuse what does not fit', () => {
    const { schema } = operationOf('POST /v1/origins').operation.requestBody!.content!['application/json']!;
    expect(mismatches(schema, { name: 'eu', region: 'r', endpoints: [{ address: 'a', weight: -1 }] })).toHaveLength(1);
    expect(mismatches(schema, { name: 'eu', region: 'r', endpoints: [{ address: 'a' }], colour: 1 })).toHaveLength(1);
    expect(mismatches(schema, { name: 'eu', endpoints: [] }).length).toBeGreaterThan(0);
  });

  it('lets clients leave out of what they write what has a default, and promises it in what they read', () => {
    const { OriginInput, Origin } = document.components.schemas;
    expect(OriginInput?.['required']).toEqual(['name', 'region', 'endpoints']);
    expect(Origin?.['required']).toEqual(expect.arrayContaining(['capacity', 'state', 'labels']));
  });

  it('refers to components that are there, and has none that nobody refers to', () => {
    const referred = new Set([...text.matchAll(/\$ref: "([^"]+)"/g)].map((match) => match[1]));
    const components = Object.entries(document.components)
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, ones]) => Object.keys(ones).map((name) => `#/components/${kind}/${name}`));
    expect([...referred].sort()).toEqual(components.sort());
  });

  it('has component names that differ in more than case', () => {
    const names = Object.keys(document.components.schemas).map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('a running server', () => {
  let controlPlane: ControlPlaneProcess;
  let agents: AgentTokens;

  beforeAll(async () => {
    controlPlane = await startControlPlane({ environment: { WEIR_CYCLE_SECONDS: '3600' } });
    agents = new AgentTokens(controlPlane.url);
  });

  afterAll(async () => {
    await controlPlane.stop();
  });

  async function call(request: ApiRequest): Promise<ApiAnswer> {
    const token = await agents.for(request);
    return callApi(controlPlane.url, { ...request, ...(token !== undefined && { token }) });
  }

  /** Sends a documented operation, and expects what comes back to be as documented. */
  async function carryOut(name: string, request: { path?: string; body?: Body } = {}): Promise<ApiAnswer> {
    const { method, path, operation } = operationOf(name);
    const { body } = request;
    const answer = await call({
      method,
      path: request.path ?? exampleOf(path, operation),
      ...(body !== undefined && { body: body.value, headers: { 'content-type': body.type } }),
    });
    expect(answer.status, `${name}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    expect(Object.keys(operation.responses), name).toContain(String(answer.status));
    expectAsDocumented(name, operation.responses[String(answer.status)]?.content ?? {}, answer);
    return answer;
  }

  function expectAsDocumented(name: string, content: Readonly<Record<string, MediaType>>, answer: ApiAnswer): void {
    const type = answer.headers.get('content-type')?.split(';')[0];
    expect(Object.keys(content), name).toEqual(type === undefined ? [] : [type]);
    for (const { schema } of Object.values(content)) expect(mismatches(schema, answer.body), name).toEqual([]);
  }

  /** Every example of what an operation takes. */
  function examplesOf(name: string): readonly Body[] {
    const { requestBody } = operationOf(name).operation;
    return Object.entries(requestBody?.content ?? {}).flatMap(([type, media]) =>
      Object.values(media.examples ?? {}).map(({ value }) => ({ type, value: value as { name?: string } })),
    );
  }

  /** The path with the documented example of every parameter. */
  function exampleOf(template: string, { parameters }: Operation): string {
    const values = new Map(parameters.map(({ name, schema }) => [name, String(schema.example)]));
    const path = template.replace(/\{(\w+)\}/g, (_all, name: string) => String(values.get(name)));
    const query = parameters.filter((parameter) => parameter.in === 'query' && parameter.schema.example !== undefined);
    return query.length === 0
      ? path
      : `${path}?${query.map(({ name }) => `${name}=${String(values.get(name))}`).join('&')}`;
  }

  /** Targets are told once every agent was heard. */
  async function hearEveryAgent(): Promise<void> {
    const { items } = (await call({ path: '/v1/edges' })).body as { items: readonly { name: string }[] };
    const [report] = examplesOf('POST /v1/agent/reports');
    for (const { name } of items) {
      await call({ method: 'POST', path: '/v1/agent/reports', body: { ...report!.value, edge: name } });
    }
  }

  it('serves this very document, and the console that shows it', async () => {
    const served = await call({ path: '/openapi.yaml' });
    expect(served.headers.get('content-type')).toMatch(/^application\/yaml/);
    expect(served.body).toBe(text);

    const page = await call({ path: '/docs' });
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.body).toMatch(/<title>Weir API<\/title>/);
    const scripts = [...String(page.body).matchAll(/src="([^"]+\.js)"/g)].map((match) => match[1]!);
    expect(scripts.length).toBeGreaterThan(1);
    for (const script of scripts) {
      const { pathname } = new URL(script, `${controlPlane.url}/docs`);
      const answer = await call({ path: pathname });
      expect(answer.headers.get('content-type'), pathname).toMatch(/javascript/);
      expect(answer.status, pathname).toBe(200);
      expect(String(answer.body).length, pathname).toBeGreaterThan(1_000);
    }
  });

  it('accepts every example of a body, and answers every operation as documented', async () => {
    const done: string[] = [];
    // A load balancer needs its origins.
    for (const kind of ['origins', 'edges', 'load-balancers']) {
      for (const body of examplesOf(`POST /v1/${kind}`)) {
        // Two examples of one kind may have the same name.
        await call({ method: 'DELETE', path: `/v1/${kind}/${String(body.value.name)}` });
        await carryOut(`POST /v1/${kind}`, { body });
      }
      for (const body of examplesOf(`PUT /v1/${kind}/{name}`)) {
        await carryOut(`PUT /v1/${kind}/{name}`, { body, path: `/v1/${kind}/${String(body.value.name)}` });
      }
      done.push(`POST /v1/${kind}`, `PUT /v1/${kind}/{name}`);
    }
    for (const body of examplesOf('POST /v1/tokens')) await carryOut('POST /v1/tokens', { body });
    done.push('POST /v1/tokens');
    const patches = ['origins', 'edges', 'load-balancers'].map((kind) => `PATCH /v1/${kind}/{name}`);
    for (const name of [...patches, 'PATCH /v1/scheduler', 'POST /v1/agent/reports']) {
      for (const body of examplesOf(name)) await carryOut(name, { body });
      done.push(name);
    }
    // Asked from what a cycle saw.
    await carryOut('POST /v1/scheduler/cycles');
    for (const body of examplesOf('POST /v1/what-if')) await carryOut('POST /v1/what-if', { body });
    done.push('POST /v1/what-if');
    const taking = operations.filter(({ operation }) => operation.requestBody !== undefined);
    expect(done.sort()).toEqual(taking.map(({ name }) => name).sort());

    const { body } = await carryOut('GET /v1/scheduler');
    const { id } = (body as { lastCycle: { id: number } }).lastCycle;
    await carryOut('GET /v1/scheduler/cycles/{id}', { path: `/v1/scheduler/cycles/${id}` });
    await hearEveryAgent();
    const reading = operations.filter(({ method, path }) => method === 'GET' && !/\{id\}$|\/stream$/.test(path));
    for (const { name } of reading) await carryOut(name);
    for (const kind of ['load-balancers', 'edges', 'origins', 'tokens']) await carryOut(`DELETE /v1/${kind}/{name}`);
  });
});
