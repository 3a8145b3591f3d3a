import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { PublishedHealthCheck } from '#contracts/edge-configuration.js';
import { exampleLoadBalancer } from '../configuration/example-configuration.js';
import { isExpected, socketProbe, type ProbeAttempt } from './attempt.js';
import { LocalFault, type ProbeSource } from './probe-sockets.js';
import { probeTarget, type ProbeTarget } from './probe-target.js';
import { TEST_CERTIFICATE, TEST_KEY } from './test-certificate.js';

const TIMING = { intervalMs: 1000, timeoutMs: 1000, unhealthyThreshold: 1, healthyThreshold: 1 };
const TCP: PublishedHealthCheck = { protocol: 'TCP', ...TIMING };
const HTTP: PublishedHealthCheck = {
  protocol: 'HTTP',
  path: '/healthz?deep=1',
  expectedStatus: '200-299',
  latencyFrom: 'connect',
  ...TIMING,
};

const HTTPS: PublishedHealthCheck = { ...HTTP, protocol: 'HTTPS', verifyCertificate: false };

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

/** What the attempt tells, as a promise; never settled when it is given up. */
function outcomeOf(attempt: ProbeAttempt, probed: ProbeTarget, timeoutMs = 5_000): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      giveUp();
      reject(new Error('timed out'));
    }, timeoutMs);
    const giveUp = attempt(probed, (outcome) => {
      clearTimeout(timer);
      if (typeof outcome === 'number') resolve(outcome);
      else reject(outcome);
    });
  });
}

const probe = (probed: ProbeTarget, source: ProbeSource = {}) =>
  outcomeOf(socketProbe(steppingClock(), source), probed);

const serveTls = (answer: RequestListener) =>
  listening(createHttpsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, answer));

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

  it.each([
    ['shop.example', 'shop.example', 'shop.example'],
    ['shop.example:8443', 'shop.example', 'shop.example:8443'],
    [undefined, 'shop', 'shop'],
    ['192.0.2.1', false, '192.0.2.1'],
  ])('asks for %s by TLS server name and Host', async (host, serverName, hostHeader) => {
    const asked: unknown[] = [];
    const port = await serveTls((request, response) => {
      asked.push((request.socket as TLSSocket & { servername: unknown }).servername, request.headers.host);
      response.end();
    });
    await probe(target(port, host === undefined ? HTTPS : { ...HTTPS, host }));
    expect(asked).toEqual([serverName, hostHeader]);
  });

  it.each([
    ['connect', 10],
    ['response', 30],
  ] as const)('takes the latency of HTTPS from the %s', async (latencyFrom, latencyMs) => {
    const port = await serveTls((_, response) => response.end());
    expect(await probe(target(port, { ...HTTPS, latencyFrom }))).toBe(latencyMs);
  });

  it('refuses a certificate of nobody it knows, where it is to verify', async () => {
    const port = await serveTls((_, response) => response.end());
    await expect(probe(target(port, { ...HTTPS, verifyCertificate: true }))).rejects.toThrow('self-signed certificate');
  });

  it('comes from the address it was given', async () => {
    const from: (string | undefined)[] = [];
    const port = await serve((request, response) => {
      from.push(request.socket.remoteAddress);
      response.end();
    });
    await probe(target(port, HTTP), { IPv4: '127.0.0.7' });
    expect(from).toEqual(['127.0.0.7']);
  });

  it("does not hold this edge's own faults against the endpoint", async () => {
    const port = await listening(createTcpServer());
    await expect(probe(target(port, TCP), { IPv4: '192.0.2.77' })).rejects.toThrow(LocalFault);
  });

  it('does not wait for a body', async () => {
    const port = await serve((_, response) => response.writeHead(200).write('and so on'));
    await expect(probe(target(port, HTTP))).resolves.toBe(10);
  });

  it.each([TCP, HTTP, HTTPS])('says nothing more of $protocol once it is given up, and hangs up', async (check) => {
    const outcomes: unknown[] = [];
    const server = createTcpServer({ allowHalfOpen: true });
    const gone = new Promise((resolve) => {
      server.once('connection', (socket) => {
        socket.on('error', () => undefined);
        socket.once('end', resolve);
        socket.resume();
        giveUp();
      });
    });
    const port = await listening(server);
    const giveUp = socketProbe(steppingClock())(target(port, check), (outcome) => outcomes.push(outcome));
    await gone;
    // Of a TCP probe, the connect may have come first.
    expect(outcomes.filter((outcome) => typeof outcome !== 'number')).toEqual([]);
  });
});

describe('a server that misbehaves', () => {
  const forever = (socket: Socket, text: string) => {
    const timer = setInterval(() => socket.write(text), 1);
    socket.once('close', () => {
      clearInterval(timer);
    });
  };

  /** What each does with a connection, and whether a probe succeeds for each check. */
  const cases: readonly [string, (socket: Socket) => void, { readonly TCP?: boolean; readonly HTTP: boolean }][] = [
    ['says nothing', () => undefined, { TCP: true, HTTP: false }],
    ['resets', (socket) => socket.resetAndDestroy(), { HTTP: false }],
    ['hangs up', (socket) => socket.end(), { TCP: true, HTTP: false }],
    ['speaks first', (socket) => socket.write('220 ready\r\n'), { TCP: true, HTTP: false }],
    [
      'never ends its head',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        forever(socket, 'x-more: and more\r\n');
      },
      { TCP: true, HTTP: false },
    ],
    [
      'never ends a header',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nx: ');
        forever(socket, 'y'.repeat(1000));
      },
      { TCP: true, HTTP: false },
    ],
    [
      'never comes to the point',
      (socket) => {
        forever(socket, 'HTTP/1.1 100 Continue\r\n\r\n');
      },
      { TCP: true, HTTP: false },
    ],
    ['changes the subject', (socket) => socket.write('HTTP/1.1 101 Other\r\n\r\n'), { TCP: true, HTTP: false }],
    [
      'never ends its body',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        forever(socket, 'z'.repeat(1000));
      },
      { TCP: true, HTTP: true },
    ],
  ];

  it.each(cases)('%s: is judged in time, and no socket stays', async (_, misbehave, expected) => {
    const open = new Set<Socket>();
    const server = createTcpServer((socket) => {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => open.delete(socket));
      socket.resume();
      misbehave(socket);
    });
    const port = await listening(server);
    const attempt = socketProbe({ monotonicMs: () => performance.now() });
    const succeeds = (check: PublishedHealthCheck) =>
      outcomeOf(attempt, target(port, check), 500).then(
        () => true,
        () => false,
      );
    const outcomesOf = async (check: PublishedHealthCheck) =>
      new Set(await Promise.all(Array.from({ length: 10 }, () => succeeds(check))));
    const [tcp, http, https] = await Promise.all([TCP, HTTP, HTTPS].map(outcomesOf));
    // A reset may come before or after the probe has seen that it connected.
    if (expected.TCP !== undefined) expect(tcp).toEqual(new Set([expected.TCP]));
    expect(http).toEqual(new Set([expected.HTTP]));
    expect(https).toEqual(new Set([false]));
    await expect.poll(() => open.size, { timeout: 3_000 }).toBe(0);
  });

  it('parts at the latest from the oldest when too many do not hang up', async () => {
    const open = new Set<Socket>();
    const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => open.delete(socket));
    });
    const port = await listening(server);
    const attempt = socketProbe({ monotonicMs: () => performance.now() });
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const before = sockets();
    await Promise.all(Array.from({ length: 300 }, () => outcomeOf(attempt, target(port, TCP))));
    await new Promise(setImmediate);
    // Both ends are in this process; those parted from are gone at one of them.
    expect(sockets() - before).toBeLessThanOrEqual(256 + 300);
    for (const socket of open) socket.destroy();
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
