import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { PublishedHealthCheck } from '#contracts/edge-configuration.js';
import { exampleLoadBalancer } from '../configuration/example-configuration.js';
import { isExpected, socketProbe } from './attempt.js';
import { probeTarget, type ProbeTarget } from './probe-target.js';

const TIMING = { intervalMs: 1000, timeoutMs: 1000, unhealthyThreshold: 1, healthyThreshold: 1 };
const TCP: PublishedHealthCheck = { protocol: 'TCP', ...TIMING };
const HTTP: PublishedHealthCheck = {
  protocol: 'HTTP',
  path: '/healthz?deep=1',
  expectedStatus: '200-299',
  latencyFrom: 'connect',
  ...TIMING,
};

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const target = (port: number, healthCheck: PublishedHealthCheck): ProbeTarget =>
  probeTarget(exampleLoadBalancer({ healthCheck }), { address: '127.0.0.1', port });

const serve = (answer: RequestListener) => listening(createServer(answer));

/** A clock on which every look takes 10 ms. */
function steppingClock() {
  let nowMs = 0;
  return { monotonicMs: () => (nowMs += 10) };
}

const probe = (probed: ProbeTarget, signal = new AbortController().signal) =>
  socketProbe(steppingClock())(probed, signal);

describe('socketProbe', () => {
  it('measures the TCP connect', async () => {
    const port = await listening(createTcpServer());
    expect(await probe(target(port, TCP))).toBe(10);
  });

  it('lets a server that speaks first end its connection in peace', async () => {
    const server = createTcpServer((socket) => {
      socket.resume();
      socket.end('220 ready');
    });
    const hadError = new Promise((resolve) => {
      server.once('connection', (socket) => socket.once('close', resolve));
    });
    const port = await listening(server);
    await probe(target(port, TCP));
    expect(await hadError).toBe(false);
  });

  it.each([TCP, HTTP])('fails $protocol where nobody listens', async (check) => {
    const server = createTcpServer();
    const port = await listening(server);
    server.close();
    await once(server, 'close');
    await expect(probe(target(port, check))).rejects.toThrow('ECONNREFUSED');
  });

  it('asks for the path, as the load balancer', async () => {
    const asked: (string | undefined)[] = [];
    const port = await serve((request, response) => {
      asked.push(request.method, request.url, request.headers.host);
      response.end();
    });
    await probe(target(port, HTTP));
    expect(asked).toEqual(['GET', '/healthz?deep=1', 'shop']);
  });

  it.each([
    [204, true],
    [301, false],
    [503, false],
  ])('with status %i succeeds: %s', async (status, succeeds) => {
    const port = await serve((_, response) => response.writeHead(status).end());
    const outcome = await probe(target(port, HTTP)).then(
      () => true,
      () => false,
    );
    expect(outcome).toBe(succeeds);
  });

  it.each([
    ['connect', 10],
    ['response', 30],
  ] as const)('takes the latency from the %s', async (latencyFrom, latencyMs) => {
    const port = await serve((_, response) => response.end());
    expect(await probe(target(port, { ...HTTP, latencyFrom }))).toBe(latencyMs);
  });

  it('does not wait for a body', async () => {
    const port = await serve((_, response) => response.writeHead(200).write('and so on'));
    await expect(probe(target(port, HTTP))).resolves.toBe(10);
  });

  it('gives up when told to, though the server accepted', async () => {
    const stopping = new AbortController();
    const port = await serve(() => {
      stopping.abort();
    });
    await expect(probe(target(port, HTTP), stopping.signal)).rejects.toThrow('abort');
  });
});

describe('isExpected', () => {
  it.each([
    [200, '200', true],
    [201, '200', false],
    [200, '200-299', true],
    [299, '200-299', true],
    [300, '200-299', false],
  ])('%i within %s: %s', (status, expected, answer) => {
    expect(isExpected(status, expected)).toBe(answer);
  });
});
