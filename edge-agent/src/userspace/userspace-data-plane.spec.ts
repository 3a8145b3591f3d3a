import { EventEmitter, once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { dataPlaneContract } from '../data-plane/data-plane-contract.js';
import type { Action } from '../data-plane/data-plane.js';
import type { Destination, SocketAddress } from '../data-plane/service.js';
import { closing, dial, listen, readAll, sayName, tally } from './test-sockets.js';
import { UserspaceDataPlane } from './userspace-data-plane.js';

const LOOPBACK: SocketAddress = { address: '127.0.0.1', port: 0 };
const web = { protocol: 'TCP', address: '203.0.113.10', port: 443 } as const;
const addWeb: Action = {
  kind: 'add-service',
  service: web,
  settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
};

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function createDataPlane(stopGraceMs = 0): UserspaceDataPlane {
  const declared = ['203.0.113.10:443', '[2001:db8::10]:443'];
  const listenMap = new Map(declared.map((text) => [text, LOOPBACK]));
  const dataPlane = new UserspaceDataPlane({ listenMap, connectTimeoutMs: 1_000, stopGraceMs });
  stops.push(() => dataPlane.stop());
  return dataPlane;
}

const destination = (port: number, weight: number): Destination => ({
  address: '127.0.0.1',
  port,
  weight,
  forwarding: 'masquerade',
});
const add = (port: number, weight: number): Action => ({
  kind: 'add-destination',
  service: web,
  destination: destination(port, weight),
});
const set = (port: number, weight: number): Action => ({ ...add(port, weight), kind: 'set-destination' }) as Action;

async function origin(serve: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const listening = await listen(serve);
  stops.push(() => listening.server.close());
  return listening;
}

/** A data plane that forwards to these origins, and the port it really listens on. */
async function forwarding(...targets: readonly (readonly [port: number, weight: number])[]) {
  const dataPlane = createDataPlane();
  await dataPlane.apply([addWeb, ...targets.map(([port, weight]) => add(port, weight))]);
  return { dataPlane, port: dataPlane.listeningAt(web)?.port ?? 0 };
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const { server, port } = await listen(() => undefined);
  server.close();
  await once(server, 'close');
  return port;
}

describe('UserspaceDataPlane keeps the contract of DataPlane:', () => {
  it.each(dataPlaneContract(createDataPlane().traits))('$name', async ({ check }) => {
    await check(createDataPlane());
  });
});

describe('UserspaceDataPlane', () => {
  it('forwards in proportion to the weights', async () => {
    const [near, far] = [await origin(sayName('near')), await origin(sayName('far'))];
    const { port } = await forwarding([near.port, 90], [far.port, 10]);
    expect(await tally(port, 50)).toEqual({ near: 45, far: 5 });
  });

  it('keeps its listener and the open connections through a change of weights', async () => {
    const near = await origin((socket) => socket.pipe(socket));
    const far = await origin(sayName('far'));
    const { dataPlane, port } = await forwarding([near.port, 1], [far.port, 0]);
    const open = dial(port);
    open.write('a');
    await once(open, 'readable');
    await dataPlane.apply([set(near.port, 0), set(far.port, 1)]);
    expect(await tally(port, 2)).toEqual({ far: 2 });
    open.end('b');
    expect(await readAll(open)).toBe('ab');
  });

  it('passes on the end of one side and goes on with the other', async () => {
    const echoAtEnd = await origin((socket) => {
      void readAll(socket).then((text) => socket.end(`got ${text}`));
    });
    const { port } = await forwarding([echoAtEnd.port, 1]);
    const client = dial(port);
    client.end('all of it');
    expect(await readAll(client)).toBe('got all of it');
  });

  it('carries more than fits in any buffer to a reader that takes its time', async () => {
    const megabytes = 8;
    const flood = await origin((socket) => {
      socket.resume();
      socket.end(Buffer.alloc(megabytes * 1_000_000, 'x'));
    });
    const { dataPlane, port } = await forwarding([flood.port, 1]);
    const client = dial(port).end();
    expect((await readAll(client)).length).toBe(megabytes * 1_000_000);
    const [service] = await dataPlane.read();
    expect(service?.counters.bytesOut).toBe(megabytes * 1_000_000);
  });

  it.each([
    ['the origin', (upstream: Socket) => upstream.resetAndDestroy()],
    ['the removal of the destination', null],
  ])('resets the client after %s ends its connection', async (_, reset) => {
    const accepted = new EventEmitter();
    const near = await origin((socket) => accepted.emit('socket', socket));
    const connected = once(accepted, 'socket') as Promise<[Socket]>;
    const { dataPlane, port } = await forwarding([near.port, 1]);
    const client = dial(port);
    const ended = closing(client);
    const [upstream] = await connected;
    const upstreamClosed = closing(upstream);
    if (reset === null) {
      await countUntil(dataPlane, 1);
      await dataPlane.apply([{ kind: 'remove-destination', service: web, destination: destination(near.port, 1) }]);
    } else {
      reset(upstream);
    }
    expect(await ended).toBe(true);
    await upstreamClosed;
  });

  it('resets the origin after its client', async () => {
    const accepted = new EventEmitter();
    const near = await origin((socket) => accepted.emit('socket', socket.resume()));
    const connected = once(accepted, 'socket') as Promise<[Socket]>;
    const { port } = await forwarding([near.port, 1]);
    const client = dial(port);
    const [upstream] = await connected;
    const closed = closing(upstream);
    client.resetAndDestroy();
    expect(await closed).toBe(true);
  });

  it('tries one other destination when one does not answer, and counts the one that took it', async () => {
    const [dead, near] = [await closedPort(), await origin(sayName('near'))];
    const { dataPlane, port } = await forwarding([dead, 9], [near.port, 1]);
    expect(await tally(port, 10)).toEqual({ near: 10 });
    const [service] = await dataPlane.read();
    expect(service?.counters.connections).toBe(10);
    expect(service?.destinations.map(({ counters }) => counters.connections)).toEqual([0, 10]);
  });

  it('resets the client when there is nowhere to go', async () => {
    const { port } = await forwarding([await closedPort(), 1], [await closedPort(), 0]);
    expect(await closing(dial(port))).toBe(true);
  });

  it('counts open connections', async () => {
    const near = await origin((socket) => socket.pipe(socket));
    const { dataPlane, port } = await forwarding([near.port, 1]);
    const client = dial(port);
    client.write('a');
    await once(client, 'readable');
    const active = async () => (await dataPlane.read())[0]?.destinations[0]?.activeConnections;
    expect(await active()).toBe(1);
    client.end();
    await readAll(client);
    await expect.poll(active).toBe(0);
  });

  it('says which address it cannot bind, and takes the service when it can', async () => {
    const taken = await origin(sayName('taken'));
    const busy = { protocol: 'TCP', address: '127.0.0.1', port: taken.port } as const;
    const dataPlane = createDataPlane();
    const action: Action = { ...addWeb, service: busy };
    expect((await dataPlane.apply([action]))[0]?.error).toContain('EADDRINUSE');
    expect(await dataPlane.read()).toEqual([]);
    taken.server.close();
    await once(taken.server, 'close');
    expect((await dataPlane.apply([action]))[0]?.error).toBeNull();
  });

  it('when it stops, accepts nobody, and lets open connections finish', async () => {
    const near = await origin((socket) => socket.pipe(socket));
    const dataPlane = createDataPlane(5_000);
    await dataPlane.apply([addWeb, add(near.port, 1)]);
    const port = dataPlane.listeningAt(web)?.port ?? 0;
    const open = dial(port);
    open.write('a');
    await once(open, 'readable');
    const stopped = dataPlane.stop();
    expect(await closing(dial(port))).toBe(true);
    open.end('b');
    expect(await readAll(open)).toBe('ab');
    await stopped;
  });
});

async function countUntil(dataPlane: UserspaceDataPlane, connections: number): Promise<void> {
  const count = async () => (await dataPlane.read())[0]?.destinations[0]?.activeConnections;
  await expect.poll(count).toBe(connections);
}
