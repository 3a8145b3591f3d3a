import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LoadGenerator, type LoadOptions } from './load-generator.js';
import type { LoadWindow } from './load-window.js';

let servers: Server[];
let generator: LoadGenerator;
/** Requests seen by each server, by port. */
let seen: Map<number, number>;
let answer: (respond: () => void) => void;

async function listen(status = 200): Promise<number> {
  const server = createServer((_, response) => {
    seen.set(port, (seen.get(port) ?? 0) + 1);
    answer(() => response.writeHead(status, { connection: 'close' }).end('served'));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return port;
}

function generate(ports: readonly number[], options: Partial<LoadOptions> = {}): void {
  const targets = ports.map((port) => ({ host: '127.0.0.1', port }));
  generator = new LoadGenerator({
    targets,
    connectionsPerSecond: 200,
    maxOutstanding: 1_000,
    timeoutMs: 5_000,
    ...options,
  });
  generator.start();
}

/** Sums windows until they are enough. */
async function collect(isEnough: (total: LoadWindow) => boolean): Promise<LoadWindow> {
  let total = generator.take();
  await vi.waitFor(
    () => {
      const window = generator.take();
      total = {
        ...window,
        opened: total.opened + window.opened,
        answered: total.answered + window.answered,
        failed: total.failed + window.failed,
        latencyP50Ms: window.latencyP50Ms ?? total.latencyP50Ms,
      };
      expect(isEnough(total)).toBe(true);
    },
    { timeout: 5_000, interval: 5 },
  );
  return total;
}

beforeEach(() => {
  servers = [];
  seen = new Map();
  answer = (respond) => {
    respond();
  };
});

afterEach(() => {
  vi.useRealTimers();
  generator.stop();
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

describe('LoadGenerator', () => {
  it('alternates over its targets, one connection for each request', async () => {
    const ports = [await listen(), await listen()];
    let connections = 0;
    for (const server of servers) server.on('connection', () => (connections += 1));
    generate(ports);
    const total = await collect(({ answered }) => answered >= 20);
    expect(total.failed).toBe(0);
    expect(total.latencyP50Ms).toBeGreaterThan(0);
    const [left = 0, right = 0] = ports.map((port) => seen.get(port));
    expect(Math.abs(left - right)).toBeLessThanOrEqual(2);
    expect(connections).toBeGreaterThanOrEqual(left + right);
  });

  it('goes on opening while nothing is answered, up to its bound', async () => {
    answer = () => undefined;
    generate([await listen()], { maxOutstanding: 10 });
    const total = await collect(({ failed }) => failed >= 5);
    expect(total.answered).toBe(0);
    expect(total.opened - total.failed).toBe(10);
  });

  it('counts what is refused, cut, answered with an error or never answered as failed', async () => {
    const refusing = await listen();
    const cutting = await listen();
    const erring = await listen(503);
    servers[0]!.close();
    servers[1]!.on('connection', (socket) => socket.destroy());
    generate([refusing, cutting, erring]);
    const total = await collect(({ failed }) => failed >= 9);
    expect(total.answered).toBe(0);
    generator.stop();
    answer = () => undefined;
    generate([await listen()], { timeoutMs: 20 });
    await collect(({ failed }) => failed >= 3);
  });

  it('keeps its rate, and opens nothing after it was stopped', async () => {
    const ports = [await listen()];
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    generate(ports);
    vi.advanceTimersByTime(100);
    expect(generator.take()).toMatchObject({ opened: 21, seconds: 0.1 });
    generator.stop();
    vi.advanceTimersByTime(100);
    expect(generator.take()).toMatchObject({ opened: 0, seconds: 0.1 });
  });
});
