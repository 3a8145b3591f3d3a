import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ADMIN_TOKEN, type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { eventually } from '#testkit/eventually.js';
import { type ApiAnswer, type ApiRequest, callApi, type ProblemBody } from './api-client.js';

const ENVIRONMENT = { WEIR_CYCLE_SECONDS: '3600', WEIR_FAILED_LOGINS_PER_MINUTE: '10000' };

interface Operation {
  readonly 'x-weir-role'?: string;
}

const document = parse(await readFile(new URL('../../openapi.yaml', import.meta.url), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

/** Every operation of the document, with the role it says it asks for. */
const operations = Object.entries(document.paths).flatMap(([template, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase() as NonNullable<ApiRequest['method']>,
    path: template.replace(/\{\w+\}/g, '1'),
    role: operation['x-weir-role'],
  })),
);
const guarded = operations.filter(({ role }) => role !== 'anyone');

/** Which roles must not call what asks for this one. */
const TOO_LOW: Readonly<Record<string, readonly string[]>> = {
  viewer: ['edge'],
  operator: ['edge', 'viewer'],
  admin: ['edge', 'viewer', 'operator'],
  edge: ['viewer', 'operator', 'admin'],
};

let controlPlane: ControlPlaneProcess;
const secrets = new Map<string, string>();

function call(request: ApiRequest): Promise<ApiAnswer> {
  return callApi(controlPlane.url, request);
}

async function createToken(body: Readonly<Record<string, string>>): Promise<string> {
  const answer = await call({ method: 'POST', path: '/v1/tokens', body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return (answer.body as { readonly secret: string }).secret;
}

function problemOf(answer: ApiAnswer): ProblemBody {
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  return answer.body as ProblemBody;
}

beforeAll(async () => {
  controlPlane = await startControlPlane({ environment: ENVIRONMENT });
  for (const role of ['viewer', 'operator', 'admin']) secrets.set(role, await createToken({ name: `a-${role}`, role }));
  secrets.set('edge', await createToken({ name: 'an-edge', role: 'edge', edge: 'ams-1' }));
  secrets.set('revoked', await createToken({ name: 'revoked', role: 'admin' }));
  const expiresAt = new Date(Date.now() + 1_000).toISOString();
  secrets.set('expired', await createToken({ name: 'expired', role: 'admin', expiresAt }));
  // Used once, so that they are known when they end.
  for (const name of ['revoked', 'expired']) await call({ path: '/v1/tokens', token: secrets.get(name)! });
  await call({ method: 'DELETE', path: '/v1/tokens/revoked' });
  await eventually(async () => {
    const { status } = await call({ path: '/v1/tokens', token: secrets.get('expired')! });
    expect(status).toBe(401);
  });
});

afterAll(async () => {
  await controlPlane.stop();
});

describe('every operation', () => {
  it('says who may call it, and only probes need no token', () => {
    expect(operations.filter(({ role }) => role === undefined)).toEqual([]);
    const open = operations.filter(({ role }) => role === 'anyone').map(({ path }) => path);
    expect(open).toEqual(['/healthz', '/readyz']);
    expect(guarded.length).toBeGreaterThan(30);
  });

  it.each(guarded)('$method $path refuses strangers', async ({ method, path }) => {
    const strangers: readonly ApiRequest[] = [
      { method, path, token: null },
      { method, path, token: 'weir_0123456789_guess' },
      { method, path, token: ADMIN_TOKEN.replace(/.$/, 'u') },
      { method, path, token: secrets.get('revoked')! },
      { method, path, token: secrets.get('expired')! },
      { method, path, token: null, headers: { authorization: `Basic ${ADMIN_TOKEN}` } },
    ];
    for (const request of strangers) {
      const answer = await call(request);
      expect(problemOf(answer)).toMatchObject({ status: 401, code: 'unauthenticated' });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="weir"/);
    }
  });

  const tooLow = guarded.flatMap((operation) =>
    (TOO_LOW[String(operation.role)] ?? []).map((caller) => ({ ...operation, caller })),
  );

  it.each(tooLow)('$method $path refuses a token of $caller', async ({ method, path, caller }) => {
    const answer = await call({ method, path, token: secrets.get(caller)! });
    expect(problemOf(answer)).toMatchObject({ status: 403, code: 'forbidden' });
    expect(answer.headers.get('www-authenticate')).toContain('insufficient_scope');
  });
});

describe('a token', () => {
  it('is shown once, listed without its secret, and counted against its limit', async () => {
    const { headers, body } = await call({ path: '/v1/tokens/a-viewer' });
    expect(body).toMatchObject({ name: 'a-viewer', role: 'viewer', edge: null, state: 'active', expiresAt: null });
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(headers.get('ratelimit-policy')).toBe('"token";q=100000;w=10');
    expect(headers.get('ratelimit')).toMatch(/^"token";r=\d+;t=\d+$/);
  });

  it('of an edge speaks for that edge alone', async () => {
    await call({ method: 'PUT', path: '/v1/edges/fra-1', body: { site: 'fra', region: 'eu' } });
    const token = secrets.get('edge')!;
    const foreign = await call({ path: '/v1/agent/configuration?edge=fra-1', token });
    expect(problemOf(foreign)).toMatchObject({ status: 403, code: 'forbidden' });
    expect(problemOf(await call({ path: '/v1/agent/configuration?edge=ams-1', token })).status).toBe(404);
  });

  it.each([
    [{ name: 'x', role: 'edge' }, '/edge'],
    [{ name: 'x', role: 'viewer', edge: 'ams-1' }, '/edge'],
    [{ name: 'x', role: 'root' }, '/role'],
    [{ name: 'x', role: 'viewer', expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    [{ name: 'X!', role: 'viewer' }, '/name'],
  ])('is not given as %j', async (body, pointer) => {
    const problem = problemOf(await call({ method: 'POST', path: '/v1/tokens', body }));
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer }] });
  });

  it('has a name of its own, and none is given in a dry run', async () => {
    const body = { name: 'a-viewer', role: 'viewer' };
    expect(problemOf(await call({ method: 'POST', path: '/v1/tokens', body })).status).toBe(409);
    const dry = await call({ method: 'POST', path: '/v1/tokens?dryRun=true', body: { name: 'dry', role: 'viewer' } });
    expect(dry).toMatchObject({ status: 201, body: { name: 'dry', secret: null } });
    expect((await call({ path: '/v1/tokens/dry' })).status).toBe(404);
  });
});

describe('secrets', () => {
  it('are neither in the log, nor in metrics, answers or the database', async () => {
    const metrics = await call({ path: '/metrics', token: secrets.get('viewer')! });
    const list = await call({ path: '/v1/tokens' });
    const files = (await readdir(controlPlane.dataDirectory)).filter((name) => name.startsWith('weir.db'));
    expect(files.length).toBeGreaterThan(0);
    const stored = await Promise.all(files.map((name) => readFile(join(controlPlane.dataDirectory, name), 'latin1')));
    const places = [...stored, ...controlPlane.logs(), String(metrics.body), JSON.stringify(list.body)];
    for (const secret of [ADMIN_TOKEN, ...secrets.values()]) {
      // Its last part alone would be enough to use it.
      const part = secret.slice('weir_0123456789_'.length);
      expect(places.filter((text) => text.includes(part))).toEqual([]);
    }
  });

  it('leave the first start once, past the log', async () => {
    const environment = { ...ENVIRONMENT, WEIR_ADMIN_TOKEN_FILE: '', WEIR_FAILED_LOGINS_PER_MINUTE: '3' };
    const first = await startControlPlane({ environment });
    const token = /^\s+(weir_\S+)$/m.exec(first.logs().join('\n'))?.[1];
    expect(token).toBeDefined();
    expect(first.logs().filter((line) => line.includes(token!) && line.startsWith('{'))).toEqual([]);
    expect((await callApi(first.url, { path: '/v1/tokens', token: token! })).status).toBe(200);
    await first.kill();

    const second = await startControlPlane({ environment, dataDirectory: first.dataDirectory });
    try {
      expect(second.logs().join('\n')).not.toContain('weir_');
      expect((await callApi(second.url, { path: '/v1/tokens', token: token! })).status).toBe(200);
      const guesses = await Promise.all(
        Array.from({ length: 6 }, () => callApi(second.url, { path: '/v1/origins', token: ADMIN_TOKEN })),
      );
      const refused = guesses.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThan(0);
      expect(refused[0]?.headers.get('retry-after')).toMatch(/^\d+$/);
      // Who is known is not held up by who guesses.
      expect((await callApi(second.url, { path: '/v1/tokens', token: token! })).status).toBe(200);
    } finally {
      await second.stop();
    }
  });
});

describe('what is no request', () => {
  /** Sends these bytes, and reads until the server hangs up. */
  async function answerTo(bytes: string): Promise<string> {
    const { hostname, port } = new URL(controlPlane.url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.setTimeout(20_000, () => socket.destroy(new Error('the server did not hang up')));
    socket.write(bytes);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return text;
  }

  it.each([
    ['headers that are too large', `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['something else than HTTP', 'hello\r\n\r\n', 400],
    ['headers that do not end', 'GET /healthz HTTP/1.1\r\nhost: x\r\n', 408],
  ])('is answered as a problem and cut off: %s', async (_name, bytes, status) => {
    const [head = '', body = ''] = (await answerTo(bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain('application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status });
  });
});

describe('answers', () => {
  it('tell browsers to run nothing but the console’s own files', async () => {
    for (const path of ['/healthz', '/docs', '/openapi.yaml']) {
      const { headers } = await call({ path, token: null });
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'self'");
      expect(policy).not.toMatch(/script-src|unsafe-eval/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toBeNull();
    }
    const page = String((await call({ path: '/docs', token: null })).body);
    expect(page.match(/<script(?![^>]*\ssrc=)[^>]*>/g)).toBeNull();
    const script = String((await call({ path: '/docs/swagger-ui-init.js', token: null })).body);
    expect(script).toMatch(/"persistAuthorization": true/);
  });
});
