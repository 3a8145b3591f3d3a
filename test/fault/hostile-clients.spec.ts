import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentReport } from '#contracts/agent-report.js';
import { anAgentReport, anOriginReport } from '#testkit/agent-reports.js';
import { ADMIN_TOKEN, type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { WeirApi } from '#testkit/weir-api.js';
import { type ApiAnswer, callApi } from '../e2e/api-client.js';
import { isLong } from '#testkit/thoroughness.js';

const SLOW_CLIENTS = isLong ? 500 : 200;
const MOST_TOLD_MS = 30_000;

let controlPlane: ControlPlaneProcess;
let api: WeirApi;
const tokens = new Map<string, string>();

beforeAll(async () => {
  controlPlane = await startControlPlane({
    environment: { WEIR_CYCLE_SECONDS: '3600', WEIR_FAILED_LOGINS_PER_MINUTE: '1000' },
  });
  api = new WeirApi(controlPlane);
  for (const origin of ['near', 'far']) {
    await api.put(`/v1/origins/${origin}`, { region: origin, endpoints: [{ address: '192.0.2.1' }] });
  }
  for (const edge of ['ams-1', 'fra-1']) {
    await api.put(`/v1/edges/${edge}`, { site: edge, region: 'eu' });
    tokens.set(edge, await api.edgeToken(edge));
  }
  await api.put('/v1/load-balancers/shop', {
    addresses: ['203.0.113.10'],
    listeners: [{ protocol: 'TCP', port: 443 }],
    origins: [{ origin: 'near' }, { origin: 'far' }],
  });
});

afterAll(() => controlPlane.stop());

describe('clients that are slow on purpose', () => {
  const HEAD = 'PUT /v1/edges/slow HTTP/1.1\r\nhost: weir\r\ncontent-type: application/json\r\n';
  const AUTHORIZED = `${HEAD}authorization: Bearer ${ADMIN_TOKEN}\r\ncontent-length: 1000\r\n\r\n{`;

  it.each([
    ['headers', HEAD],
    ['bodies', AUTHORIZED],
  ])(`do not keep others from being served: ${SLOW_CLIENTS} that do not finish their %s`, async (_what, beginning) => {
    const sockets = Array.from({ length: SLOW_CLIENTS }, () => send(beginning));
    for (let count = 0; count < 10; count += 1) {
      const { status } = await callApi(controlPlane.url, { path: '/v1/edges' });
      expect(status).toBe(200);
    }
    if (isLong) for (const text of await Promise.all(sockets.map(told))) expect(text).toMatch(/^HTTP\/1.1 408 /);
    for (const socket of sockets) socket.destroy();
    expect((await callApi(controlPlane.url, { path: '/v1/edges/slow' })).status).toBe(404);
  });
});

describe('bodies of 10 MiB', () => {
  const LENGTH = 10 * 1024 * 1024;
  const request = (framing: string): string =>
    `PUT /v1/edges/big HTTP/1.1\r\nhost: weir\r\nauthorization: Bearer ${ADMIN_TOKEN}\r\n` +
    `content-type: application/json\r\n${framing}\r\n\r\n`;

  it.each([
    ['said beforehand', `content-length: ${LENGTH}`, '{'.padEnd(LENGTH, ' ')],
    ['in chunks without an end', 'transfer-encoding: chunked', chunked(LENGTH)],
  ])(
    'are refused, and those who read only when they have said everything learn why: %s',
    async (_what, framing, body) => {
      const socket = connected().pause();
      await new Promise((resolve) => socket.write(request(framing) + body, resolve));
      expect(await told(socket.resume())).toMatch(/^HTTP\/1.1 413 [^]*"code":"payload-too-large"/);
      socket.destroy();
      expect((await callApi(controlPlane.url, { path: '/v1/edges/big' })).status).toBe(404);
    },
  );
});

describe('an agent that lies', () => {
  it.each([
    ['NaN', '{"version":1,"edge":"ams-1","monotonicMs":NaN}', 'malformed-body'],
    ['a number without end', textOf(report('ams-1', 1, 1e300)).replace('1e+300', '1e999'), 'invalid-resource'],
    ['a counter below 0', textOf(report('ams-1', 1, -1)), 'invalid-resource'],
    ['a sequence that is none', textOf({ ...report('ams-1', 1, 1), sequence: 0.5 }), 'invalid-resource'],
  ])('is refused when it reports %s', async (_what, body, code) => {
    expect(await deliver('ams-1', body)).toMatchObject({ status: 400, body: { code } });
  });

  it('is refused in the name of another edge, and with a token that is not its own', async () => {
    expect((await deliver('ams-1', textOf(report('fra-1', 1, 1)))).status).toBe(403);
    const stranger = ADMIN_TOKEN.replace(/.$/, 'u');
    const unknown = await callApi(controlPlane.url, { path: '/v1/agent/configuration?edge=ams-1', token: stranger });
    expect(unknown.status).toBe(401);
  });

  it('moves no share of other edges by figures that cannot be, and leaves plans whole', async () => {
    for (const edge of ['ams-1', 'fra-1']) {
      for (const sequence of [1, 2]) await accepted(edge, report(edge, sequence, 500 * sequence));
    }
    await api.setMode('running');
    await cycle();
    const before = await sharesAt('fra-1');
    await accepted('ams-1', report('ams-1', 3, 1e300));
    await accepted('fra-1', report('fra-1', 3, 1_500));
    await cycle();
    expect(await sharesAt('fra-1')).toEqual(before);
    const shares = await sharesAt('ams-1');
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
  });
});

describe('an agent with thousands of load balancers', () => {
  it('may report more than others may send', async () => {
    const padded = textOf(report('ams-1', 4, 1_500)).padEnd(2 * 1024 * 1024);
    expect((await deliver('ams-1', padded)).status).toBe(202);
  });
});

/** A connection of its own to the control plane, which may hang up at any time. */
function connected(): Socket {
  const { hostname, port } = new URL(controlPlane.url);
  return connect({ host: hostname, port: Number(port) }).on('error', () => undefined);
}

function send(bytes: string): Socket {
  const socket = connected();
  socket.write(bytes);
  return socket;
}

/** The first that comes back. */
function told(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.setTimeout(MOST_TOLD_MS, () => {
      reject(new Error('no answer came'));
    });
    socket.once('data', (data) => {
      resolve(String(data));
    });
    socket.once('close', () => {
      reject(new Error('the server hung up without an answer'));
    });
  });
}

function chunked(length: number): string {
  const chunk = 'x'.repeat(64 * 1024);
  return `${chunk.length.toString(16)}\r\n${chunk}\r\n`.repeat(length / chunk.length);
}

function report(edge: string, sequence: number, connections: number): AgentReport {
  const address = '192.0.2.1';
  const origins = [
    anOriginReport('near', { connections, rttMs: 5, address }),
    anOriginReport('far', { connections: 0, rttMs: 90, address }),
  ];
  return anAgentReport(edge, sequence, { loadBalancers: [{ name: 'shop', connections, origins }] });
}

function textOf(told: AgentReport): string {
  return JSON.stringify(told);
}

function deliver(edge: string, body: string): Promise<ApiAnswer> {
  return callApi(controlPlane.url, { method: 'POST', path: '/v1/agent/reports', body, token: tokens.get(edge)! });
}

async function accepted(edge: string, told: AgentReport): Promise<void> {
  expect((await deliver(edge, textOf(told))).status).toBe(202);
}

async function cycle(): Promise<void> {
  expect((await callApi(controlPlane.url, { method: 'POST', path: '/v1/scheduler/cycles' })).status).toBe(201);
}

async function sharesAt(edge: string): Promise<readonly number[]> {
  const { pairs } = await api.shares('shop');
  return (pairs.find((pair) => pair.edge === edge)?.shares ?? []).map(({ share }) => share);
}
