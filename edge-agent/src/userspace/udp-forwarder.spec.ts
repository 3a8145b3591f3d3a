import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServiceAddress, ServiceSettings } from '../data-plane/service.js';
import { addService, destination, ForwardingWorld, IN_TURN } from './test-forwarding.js';
import type { UserspaceDataPlane, UserspaceOptions } from './userspace-data-plane.js';

const QUIC: ServiceAddress = { protocol: 'UDP', address: '203.0.113.10', port: 443 };

const world = new ForwardingWorld();
let nowMs: number;
beforeEach(() => {
  nowMs = 0;
});
afterEach(() => world.stop());

async function socketOn(port = 0): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  world.onStop(() => socket.close());
  return socket;
}

/** Answers each datagram with its name and what it got. */
async function origin(name: string): Promise<number> {
  const socket = await socketOn();
  socket.on('message', (data, { port, address }) => {
    socket.send(`${name} got ${data.toString()}`, port, address);
  });
  return socket.address().port;
}

async function forwarding(
  targets: readonly (readonly [port: number, weight: number])[],
  { settings = IN_TURN, ...options }: Partial<UserspaceOptions> & { settings?: ServiceSettings } = {},
): Promise<{ readonly dataPlane: UserspaceDataPlane; readonly port: number }> {
  const dataPlane = world.dataPlane({ clock: { monotonicMs: () => nowMs }, ...options });
  await dataPlane.apply([
    addService(QUIC, settings),
    ...targets.map(([port, weight]) => {
      return { kind: 'add-destination', service: QUIC, destination: destination(port, weight) } as const;
    }),
  ]);
  return { dataPlane, port: dataPlane.listeningAt(QUIC)[0]?.port ?? 0 };
}

async function ask(client: Socket, port: number, question: string): Promise<string> {
  client.send(question, port, '127.0.0.1');
  const [answer] = (await once(client, 'message')) as [Buffer];
  return answer.toString();
}

const sessions = async (dataPlane: UserspaceDataPlane) =>
  (await dataPlane.read())[0]?.destinations.map(({ activeConnections }) => activeConnections);

describe('UdpForwarder', () => {
  it('gives each client a destination by weight, keeps it there, and counts', async () => {
    const { dataPlane, port } = await forwarding([
      [await origin('near'), 3],
      [await origin('far'), 1],
    ]);
    const names: string[] = [];
    for (let index = 0; index < 8; index += 1) {
      const client = await socketOn();
      const first = await ask(client, port, 'a');
      expect(await ask(client, port, 'a')).toBe(first);
      names.push(first);
    }
    expect(names.filter((name) => name === 'far got a')).toHaveLength(2);
    const [service] = await dataPlane.read();
    expect(service?.counters).toEqual({ connections: 8, bytesIn: 16, bytesOut: 2 * (6 * 10 + 2 * 9) });
    expect(await sessions(dataPlane)).toEqual([6, 2]);
  });

  it('leaves sessions where they are when weights change', async () => {
    const [near, far] = [await origin('near'), await origin('far')];
    const { dataPlane, port } = await forwarding([
      [near, 1],
      [far, 0],
    ]);
    const client = await socketOn();
    expect(await ask(client, port, '1')).toBe('near got 1');
    await dataPlane.apply([
      { kind: 'set-destination', service: QUIC, destination: destination(near, 0) },
      { kind: 'set-destination', service: QUIC, destination: destination(far, 1) },
    ]);
    expect(await ask(client, port, '2')).toBe('near got 2');
    expect(await ask(await socketOn(), port, '3')).toBe('far got 3');
  });

  it('ends a session that was silent for long, and no other', async () => {
    const { dataPlane, port } = await forwarding([[await origin('near'), 1]], { limits: { udpIdleMs: 100 } });
    const [silent, busy] = [await socketOn(), await socketOn()];
    await ask(silent, port, 'a');
    await ask(busy, port, 'a');
    nowMs = 60;
    await ask(busy, port, 'b');
    nowMs = 110;
    await expect.poll(() => sessions(dataPlane)).toEqual([1]);
    expect(await ask(busy, port, 'c')).toBe('near got c');
    expect((await dataPlane.read())[0]?.counters.connections).toBe(2);
  });

  it('has no more sessions than its limit, and says so', async () => {
    const { dataPlane, port } = await forwarding([[await origin('near'), 1]], { limits: { mostSessions: 1 } });
    const first = await socketOn();
    await ask(first, port, 'a');
    (await socketOn()).send('b', port, '127.0.0.1');
    await expect.poll(async () => (await dataPlane.read())[0]?.counters.connections).toBe(2);
    expect(await sessions(dataPlane)).toEqual([1]);
    const problems = await dataPlane.prepare({ services: [], departing: [] });
    expect(problems.map(({ code }) => code)).toEqual(['forwarder-full']);
    expect(await ask(first, port, 'c')).toBe('near got c');
  });

  it('begins anew after the destination refused', async () => {
    const gone = createSocket('udp4').bind(0, '127.0.0.1');
    await once(gone, 'listening');
    const target = gone.address().port;
    gone.close();
    await once(gone, 'close');
    const near = await origin('near');
    const { dataPlane, port } = await forwarding([
      [target, 1],
      [near, 1],
    ]);
    const client = await socketOn();
    client.send('lost', port, '127.0.0.1');
    await expect.poll(async () => (await dataPlane.read())[0]?.destinations[0]?.counters.connections).toBe(1);
    await expect.poll(() => sessions(dataPlane)).toEqual([0, 0]);
    expect(await ask(client, port, 'again')).toBe('near got again');
  });

  it('drops what it has no destination for, and ends sessions of a removed one', async () => {
    const near = await origin('near');
    const { dataPlane, port } = await forwarding([[near, 1]]);
    const client = await socketOn();
    await ask(client, port, 'a');
    await dataPlane.apply([{ kind: 'remove-destination', service: QUIC, destination: destination(near, 1) }]);
    client.send('b', port, '127.0.0.1');
    await expect.poll(async () => (await dataPlane.read())[0]?.counters.connections).toBe(2);
    await dataPlane.apply([{ kind: 'add-destination', service: QUIC, destination: destination(near, 1) }]);
    expect(await ask(client, port, 'c')).toBe('near got c');
  });

  it('brings all ports of one address to the same destination where the service has affinity', async () => {
    const targets = [
      [await origin('near'), 1],
      [await origin('far'), 1],
    ] as const;
    const { port } = await forwarding(targets, { settings: { ...IN_TURN, affinitySeconds: 60 } });
    const answers = new Set<string>();
    for (let index = 0; index < 6; index += 1) answers.add(await ask(await socketOn(), port, 'a'));
    expect(answers.size).toBe(1);
  });

  it('says which port it cannot bind', async () => {
    const taken = (await socketOn()).address().port;
    const service = { protocol: 'UDP', address: '127.0.0.1', port: taken } as const;
    const [outcome] = await world.dataPlane().apply([addService(service)]);
    expect(outcome?.error).toContain('EADDRINUSE');
  });
});
