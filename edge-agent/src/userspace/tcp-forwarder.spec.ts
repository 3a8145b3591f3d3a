import { once } from 'node:events';
import type { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServiceAddress } from '../data-plane/service.js';
import { addService, closedPort, destination, ForwardingWorld, WEB } from './test-forwarding.js';
import { closing, dial, readAll, sayName, silentPort, tally } from './test-sockets.js';
import type { UserspaceDataPlane } from './userspace-data-plane.js';

const world = new ForwardingWorld();
afterEach(() => world.stop());

const MEBIBYTE = 2 ** 20;

/** Writes as much as the other side takes, up to `mebibytes`, then ends. Answers how much that is so far. */
function pour(socket: Socket, mebibytes: number): () => number {
  const chunk = Buffer.alloc(MEBIBYTE, 'x');
  let poured = 0;
  const go = (): void => {
    while (poured < mebibytes) {
      poured += 1;
      if (!socket.write(chunk)) {
        socket.once('drain', go);
        return;
      }
    }
    socket.end();
  };
  go();
  return () => poured;
}

/** How many bytes come until the end. */
async function drain(socket: Socket): Promise<number> {
  let bytes = 0;
  socket.on('data', ({ length }: Buffer) => (bytes += length));
  await once(socket, 'end');
  return bytes;
}

const activeConnections = async (dataPlane: UserspaceDataPlane) =>
  (await dataPlane.read())[0]?.destinations[0]?.activeConnections;

describe('TcpForwarder', () => {
  /** What kernels hold for two connections over loopback; the rest of what is poured must wait where it comes from. */
  const most = 40;
  const poured = 64;

  it.each(['download', 'upload'])('lets a fast writer wait for a slow reader: %s', async (direction) => {
    const { port: originPort, connection } = await world.handingOver();
    const { dataPlane, port } = await world.forwarding([[originPort, 1]]);
    const client = dial(port);
    const origin = await connection;
    const [writer, reader] = direction === 'download' ? [origin, client] : [client, origin];
    const amount = pour(writer, poured);
    let before = -1;
    await expect
      .poll(
        () => {
          const isStill = before === amount();
          before = amount();
          return isStill;
        },
        { interval: 100 },
      )
      .toBe(true);
    expect(amount()).toBeLessThan(most);
    expect(await drain(reader)).toBe(poured * MEBIBYTE);
    const counters = (await dataPlane.read())[0]?.counters;
    expect(counters?.[direction === 'download' ? 'bytesOut' : 'bytesIn']).toBe(poured * MEBIBYTE);
  });

  it('passes on the end of the client and goes on with what the origin says', async () => {
    const origin = await world.origin((socket) => {
      void readAll(socket).then((text) => socket.end(`got ${text}`));
    });
    const { port } = await world.forwarding([[origin.port, 1]]);
    const client = dial(port);
    client.end('all of it');
    expect(await readAll(client)).toBe('got all of it');
  });

  it('passes on the end of the origin and goes on with what the client says', async () => {
    const { port: originPort, connection } = await world.handingOver();
    const { port } = await world.forwarding([[originPort, 1]]);
    const client = dial(port);
    const origin = await connection;
    origin.end('no more from here');
    expect(await readAll(client)).toBe('no more from here');
    client.end('but from here');
    expect(await readAll(origin)).toBe('but from here');
  });

  it('resets the client after its origin', async () => {
    const { port: originPort, connection } = await world.handingOver();
    const { port } = await world.forwarding([[originPort, 1]]);
    const ended = closing(dial(port));
    (await connection).resetAndDestroy();
    expect(await ended).toBe(true);
  });

  it('resets the origin after its client', async () => {
    const { port: originPort, connection } = await world.handingOver();
    const { port } = await world.forwarding([[originPort, 1]]);
    const client = dial(port);
    const origin = await connection;
    const ended = closing(origin.resume());
    client.resetAndDestroy();
    expect(await ended).toBe(true);
  });

  it('resets one that still sends after the other has ended and gone', async () => {
    const { port: originPort, connection } = await world.handingOver();
    const { port } = await world.forwarding([[originPort, 1]]);
    const client = dial(port);
    const origin = await connection;
    origin.end('bye');
    await readAll(client);
    origin.resetAndDestroy();
    // Who has read to the end only learns of a reset by writing.
    await expect
      .poll(() => {
        client.write('anybody there?');
        return client.destroyed;
      })
      .toBe(true);
  });

  it('resets both sides when the destination is removed', async () => {
    const { port: originPort, connection } = await world.handingOver();
    const { dataPlane, port } = await world.forwarding([[originPort, 1]]);
    const ended = closing(dial(port));
    const originEnded = closing((await connection).resume());
    await expect.poll(() => activeConnections(dataPlane)).toBe(1);
    await dataPlane.apply([{ kind: 'remove-destination', service: WEB, destination: destination(originPort, 1) }]);
    expect(await ended).toBe(true);
    expect(await originEnded).toBe(true);
  });

  it('tries one other destination when one refuses, and counts the one that took it', async () => {
    const [dead, near] = [await closedPort(), await world.origin(sayName('near'))];
    const { dataPlane, port } = await world.forwarding([
      [dead, 9],
      [near.port, 1],
    ]);
    expect(await tally(port, 10)).toEqual({ near: 10 });
    const [service] = await dataPlane.read();
    expect(service?.counters.connections).toBe(10);
    expect(service?.destinations.map(({ counters }) => counters.connections)).toEqual([0, 10]);
  });

  it('tries another when one does not answer in time', async () => {
    const [silent, near] = [await silentPort(), await world.origin(sayName('near'))];
    world.onStop(silent.stop);
    const targets = [
      [silent.port, 1],
      [near.port, 1],
    ] as const;
    const { port } = await world.forwarding(targets, { connectTimeoutMs: 50 });
    expect(await tally(port, 2)).toEqual({ near: 2 });
  });

  it('goes elsewhere when a destination is removed while it is being connected to', async () => {
    const [silent, near] = [await silentPort(), await world.origin(sayName('near'))];
    world.onStop(silent.stop);
    const { dataPlane, port } = await world.forwarding([[silent.port, 1]], { connectTimeoutMs: 300 });
    const answer = readAll(dial(port));
    await expect.poll(async () => (await dataPlane.read())[0]?.destinations[0]?.inactiveConnections).toBe(1);
    await dataPlane.apply([
      { kind: 'add-destination', service: WEB, destination: destination(near.port, 1) },
      { kind: 'remove-destination', service: WEB, destination: destination(silent.port, 1) },
    ]);
    expect(await answer).toBe('near');
  });

  it('resets the client when there is nowhere to go', async () => {
    const { port } = await world.forwarding([
      [await closedPort(), 1],
      [await closedPort(), 0],
    ]);
    expect(await closing(dial(port))).toBe(true);
  });

  it('counts open connections', async () => {
    const near = await world.origin((socket) => socket.pipe(socket));
    const { dataPlane, port } = await world.forwarding([[near.port, 1]]);
    const client = dial(port);
    client.write('a');
    await once(client, 'readable');
    expect(await activeConnections(dataPlane)).toBe(1);
    client.end();
    await readAll(client);
    await expect.poll(() => activeConnections(dataPlane)).toBe(0);
  });

  it('turns clients away above its limit, says so once, and takes them again', async () => {
    const near = await world.origin((socket) => socket.pipe(socket));
    const { dataPlane, port } = await world.forwarding([[near.port, 1]], { limits: { mostConnections: 1 } });
    const first = dial(port);
    first.write('a');
    await once(first, 'readable');
    expect(await closing(dial(port))).toBe(true);
    const problems = () => dataPlane.prepare({ services: [], departing: [] });
    expect((await problems()).map(({ code }) => code)).toEqual(['forwarder-full']);
    expect(await problems()).toEqual([]);
    first.end();
    await readAll(first);
    await expect.poll(async () => readAll(dial(port).end('b')).catch(() => 'reset')).toBe('b');
  });

  describe('on a range of ports', () => {
    const range = (port: number, endPort: number): ServiceAddress => ({
      protocol: 'TCP',
      address: '127.0.0.2',
      port,
      endPort,
    });

    /** Two origins side by side on 127.0.0.1 that say their ports. */
    async function neighbours(): Promise<number> {
      for (;;) {
        const { port } = await world.origin((socket) => socket.end(String(socket.localPort)));
        const next = await world
          .origin((socket) => socket.end(String(socket.localPort)), { port: port + 1 })
          .catch(() => null);
        if (next !== null) return port;
      }
    }

    it('asks a destination on the port that the client came to', async () => {
      const port = await neighbours();
      const service = range(port, port + 1);
      const dataPlane = world.dataPlane();
      const outcomes = await dataPlane.apply([
        addService(service),
        { kind: 'add-destination', service, destination: destination(0, 1) },
      ]);
      expect(outcomes.map(({ error }) => error)).toEqual([null, null]);
      for (const asked of [port, port + 1])
        expect(await readAll(dial(asked, '127.0.0.2').resume())).toBe(String(asked));
    });

    it('listens on all of them or on none', async () => {
      const port = await neighbours();
      const taken = await world.origin(sayName('taken'), { port: port + 1, address: '127.0.0.2' });
      const dataPlane = world.dataPlane();
      const [outcome] = await dataPlane.apply([addService(range(port, port + 1))]);
      expect(outcome?.error).toContain(`EADDRINUSE: address already in use 127.0.0.2:${taken.port}`);
      expect(await closing(dial(port, '127.0.0.2'))).toBe(true);
    });

    it('refuses more ports than it has sockets for, and says what to do', async () => {
      const [outcome] = await world.dataPlane().apply([addService(range(20_000, 21_999))]);
      expect(outcome?.error).toMatch(
        /^TCP 127\.0\.0\.2:20000-21999 has 2000 ports; .* at most 1024 .* IPVS data plane$/,
      );
    });
  });

  const hasSix = Object.values(networkInterfaces()).some((of) => of?.some(({ address }) => address === '::1'));
  it.skipIf(!hasSix).each([
    ['127.0.0.1', '::1'],
    ['::1', '127.0.0.1'],
    ['::1', '::1'],
  ])('forwards from %s to %s', async (address, to) => {
    const near = await world.origin(sayName('near'), { address: to });
    const service = { protocol: 'TCP', address, port: await closedPort() } as const;
    const dataPlane = world.dataPlane();
    await dataPlane.apply([
      addService(service),
      { kind: 'add-destination', service, destination: destination(near.port, 1, to) },
    ]);
    expect(await readAll(dial(service.port, address))).toBe('near');
  });
});
