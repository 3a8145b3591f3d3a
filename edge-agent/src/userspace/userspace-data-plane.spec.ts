import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { dataPlaneContract } from '../data-plane/data-plane-contract.js';
import type { Action } from '../data-plane/data-plane.js';
import type { Service } from '../data-plane/service.js';
import { addService, destination, ForwardingWorld, IN_TURN, WEB } from './test-forwarding.js';
import { closing, dial, readAll, sayName, tally } from './test-sockets.js';

const world = new ForwardingWorld();
afterEach(() => world.stop());

const set = (port: number, weight: number): Action => ({
  kind: 'set-destination',
  service: WEB,
  destination: destination(port, weight),
});

describe('UserspaceDataPlane keeps the contract of DataPlane:', () => {
  it.each(dataPlaneContract(world.dataPlane().traits))('$name', async ({ check }) => {
    await check(world.dataPlane());
  });
});

describe('UserspaceDataPlane', () => {
  it('forwards in proportion to the weights', async () => {
    const [near, far] = [await world.origin(sayName('near')), await world.origin(sayName('far'))];
    const { port } = await world.forwarding([
      [near.port, 90],
      [far.port, 10],
    ]);
    expect(await tally(port, 50)).toEqual({ near: 45, far: 5 });
  });

  it('reads the same table while nobody comes, and all that passed once they have gone', async () => {
    const near = await world.origin(sayName('near'));
    const { dataPlane, port } = await world.forwarding([[near.port, 1]]);
    const before = await dataPlane.read();
    expect(await dataPlane.read()).toBe(before);
    await tally(port, 3);
    const isSteady = async () => (await dataPlane.read()) === (await dataPlane.read());
    await expect.poll(isSteady, { timeout: 4_000 }).toBe(true);
    const after = await dataPlane.read();
    expect(after[0]?.counters).toMatchObject({ connections: 3, bytesOut: 3 * 'near'.length });
  });

  it('sends one client to one destination by maglev-source-ip, and elsewhere when that is full', async () => {
    const [near, far] = [await world.origin(sayName('near')), await world.origin(sayName('far'))];
    const targets = [
      [near.port, 1],
      [far.port, 1],
    ] as const;
    const settings = { distribution: 'maglev-source-ip', affinitySeconds: null } as const;
    const { dataPlane, port } = await world.forwarding(targets, { settings });
    const [home] = Object.entries(await tally(port, 10));
    expect(home?.[1]).toBe(10);
    await dataPlane.apply([set(home?.[0] === 'near' ? near.port : far.port, 0)]);
    expect(await tally(port, 10)).toEqual({ [home?.[0] === 'near' ? 'far' : 'near']: 10 });
  });

  it('takes a new distribution and a new affinity without a new listener', async () => {
    const [near, far] = [await world.origin(sayName('near')), await world.origin(sayName('far'))];
    const { dataPlane, port } = await world.forwarding([
      [near.port, 1],
      [far.port, 1],
    ]);
    expect(await tally(port, 4)).toEqual({ near: 2, far: 2 });
    await dataPlane.apply([{ kind: 'set-service', service: WEB, settings: { ...IN_TURN, affinitySeconds: 60 } }]);
    expect(Object.values(await tally(port, 4))).toEqual([4]);
  });

  it('keeps its listener and the open connections through a change of weights', async () => {
    const near = await world.origin((socket) => socket.pipe(socket));
    const far = await world.origin(sayName('far'));
    const { dataPlane, port } = await world.forwarding([
      [near.port, 1],
      [far.port, 0],
    ]);
    const open = dial(port);
    open.write('a');
    await once(open, 'readable');
    await dataPlane.apply([set(near.port, 0), set(far.port, 1)]);
    expect(await tally(port, 2)).toEqual({ far: 2 });
    open.end('b');
    expect(await readAll(open)).toBe('ab');
  });

  it('says which address it cannot bind, and takes the service when it can', async () => {
    const taken = await world.origin(sayName('taken'));
    const action = addService({ protocol: 'TCP', address: '127.0.0.1', port: taken.port });
    const dataPlane = world.dataPlane();
    expect((await dataPlane.apply([action, addService(WEB)])).map(({ error }) => error)).toEqual([
      expect.stringContaining('EADDRINUSE'),
      null,
    ]);
    taken.server.close();
    await once(taken.server, 'close');
    expect((await dataPlane.apply([action]))[0]?.error).toBeNull();
  });

  it('when it stops, accepts nobody, and lets open connections finish', async () => {
    const near = await world.origin((socket) => socket.pipe(socket));
    const { dataPlane, port } = await world.forwarding([[near.port, 1]], { stopGraceMs: 5_000 });
    const open = dial(port);
    open.write('a');
    await once(open, 'readable');
    const stopped = dataPlane.stop();
    expect(await closing(dial(port))).toBe(true);
    open.end('b');
    expect(await readAll(open)).toBe('ab');
    await stopped;
  });

  it('says that endpoints do not see the addresses of clients, where they should', async () => {
    const service: Service = { ...WEB, settings: IN_TURN, sourceNat: true, destinations: [destination(80, 1)] };
    const problemsOf = (sourceNat: boolean) =>
      world.dataPlane().prepare({ services: [{ ...service, sourceNat }], departing: [] });
    expect(await problemsOf(true)).toEqual([]);
    const [problem] = await problemsOf(false);
    expect(problem?.code).toBe('unsupported-by-data-plane');
    expect(problem?.message).toContain('TCP 203.0.113.10:443 asks for no source NAT');
  });

  it.each(['direct', 'tunnel'] as const)('refuses %s forwarding, and says what to do', async (forwarding) => {
    const refused: Action = {
      kind: 'add-destination',
      service: WEB,
      destination: { ...destination(80, 1), forwarding },
    };
    const [, outcome] = await world.dataPlane().apply([addService(WEB), refused]);
    expect(outcome?.error).toBe(
      `the userspace forwarder cannot do ${forwarding} forwarding; use masquerade, or the IPVS data plane`,
    );
  });
});
