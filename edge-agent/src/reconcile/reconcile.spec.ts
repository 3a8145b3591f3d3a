import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action, ActualDestination, ActualService } from '../data-plane/data-plane.js';
import { FakeDataPlane } from '../data-plane/fake-data-plane.js';
import { destinationKey, formatSocket, serviceKey, type Destination, type Service } from '../data-plane/service.js';
import { reconcile, type ReconcileInput } from './reconcile.js';

const DRAIN_MS = 60_000;

const destination = (host: number, weight: number): Destination => ({
  address: `192.0.2.${host}`,
  port: 8080,
  weight,
  forwarding: 'masquerade',
});

const service = (port: number, ...destinations: readonly Destination[]): Service => ({
  protocol: 'TCP',
  address: '203.0.113.10',
  port,
  settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
  sourceNat: false,
  destinations,
});

const existing = ({ protocol, address, port, settings, destinations }: Service, connections = 0): ActualService => ({
  protocol,
  address,
  port,
  settings,
  counters: { connections },
  destinations: destinations.map((each) => ({
    ...each,
    activeConnections: connections,
    inactiveConnections: 0,
    counters: { connections },
  })),
});

const plan = (input: Partial<ReconcileInput>) =>
  reconcile({ desired: [], actual: [], owned: new Set(), draining: new Map(), nowMs: 0, drainMs: DRAIN_MS, ...input });

const summary = (actions: readonly Action[]) =>
  actions.map((action) => {
    const port = action.service.port;
    if (!('destination' in action)) return `${action.kind} ${port}`;
    const weight = 'weight' in action.destination ? ` ${action.destination.weight}` : '';
    return `${action.kind} ${port} ${action.destination.address}${weight}`;
  });

const owning = (...services: readonly Service[]) => new Set(services.map(serviceKey));

describe('reconcile', () => {
  it('makes a service, then its destinations', () => {
    const result = plan({ desired: [service(80, destination(1, 9), destination(2, 1))] });
    expect(summary(result.actions)).toEqual([
      'add-service 80',
      'add-destination 80 192.0.2.1 9',
      'add-destination 80 192.0.2.2 1',
    ]);
    expect(result.owned).toEqual(owning(service(80)));
  });

  it('adds before it takes away, and lets the departing one finish', () => {
    const before = service(80, destination(1, 9));
    const desired = [service(80, destination(2, 9))];
    const result = plan({ desired, actual: [existing(before, 3)], owned: owning(before), nowMs: 5 });
    expect(summary(result.actions)).toEqual(['add-destination 80 192.0.2.2 9', 'set-destination 80 192.0.2.1 0']);
    expect([...result.draining]).toEqual([[destinationKey(before, destination(1, 9)), 5 + DRAIN_MS]]);
  });

  it.each([
    ['stays while it has connections', { weight: 0, activeConnections: 1 }, DRAIN_MS - 1, []],
    ['stays while its connections linger', { weight: 0, inactiveConnections: 1 }, DRAIN_MS - 1, []],
    ['leaves when it has none', { weight: 0 }, 1, ['remove-destination 80 192.0.2.1']],
    ['leaves at its deadline', { weight: 0, activeConnections: 1 }, DRAIN_MS, ['remove-destination 80 192.0.2.1']],
    ['gets weight 0 again if somebody raised it', { weight: 7 }, 1, ['set-destination 80 192.0.2.1 0']],
  ])('a draining destination %s', (_, state: Partial<ActualDestination>, nowMs, expected) => {
    const before = existing(service(80, destination(1, 0)));
    const actual = { ...before, destinations: before.destinations.map((each) => ({ ...each, ...state })) };
    const draining = new Map([[destinationKey(before, destination(1, 0)), DRAIN_MS]]);
    const result = plan({ desired: [service(80)], actual: [actual], owned: owning(service(80)), draining, nowMs });
    expect(summary(result.actions)).toEqual(expected);
    expect(result.draining).toEqual(draining);
  });

  it('takes a draining destination back into use', () => {
    const draining = new Map([[destinationKey(service(80), destination(1, 0)), 1]]);
    const result = plan({
      desired: [service(80, destination(1, 4))],
      actual: [existing(service(80, destination(1, 0)), 1)],
      owned: owning(service(80)),
      draining,
      nowMs: 100,
    });
    expect(summary(result.actions)).toEqual(['set-destination 80 192.0.2.1 4']);
    expect(result.draining.size).toBe(0);
  });

  it('drains a departing service before it goes, and names it until then', () => {
    const departing = service(80, destination(1, 3));
    const first = plan({ actual: [existing(departing, 1)], owned: owning(departing) });
    expect(summary(first.actions)).toEqual(['set-destination 80 192.0.2.1 0']);
    expect(first.departing.map(serviceKey)).toEqual([serviceKey(departing)]);
    expect(first.owned).toEqual(owning(departing));
    const drained = existing(service(80, destination(1, 0)));
    const second = plan({ actual: [drained], owned: first.owned, draining: first.draining, nowMs: 1 });
    expect(summary(second.actions)).toEqual(['remove-destination 80 192.0.2.1', 'remove-service 80']);
    expect(plan({ owned: second.owned }).owned.size).toBe(0);
  });

  it('repairs a changed distribution, forwarding method and weight', () => {
    const wanted = service(80, destination(1, 3));
    const drifted: ActualService = {
      ...existing(service(80, { ...destination(1, 2), forwarding: 'direct' })),
      settings: null,
    };
    const result = plan({ desired: [wanted], actual: [drifted], owned: owning(wanted) });
    expect(summary(result.actions)).toEqual(['set-service 80', 'set-destination 80 192.0.2.1 3']);
    expect(result.actions[1]).toMatchObject({ destination: { forwarding: 'masquerade' } });
  });

  it('refuses a service somebody else made, and serves the others', () => {
    const desired = [service(80, destination(1, 1)), service(443, destination(1, 1))];
    const result = plan({ desired, actual: [existing(service(80, destination(9, 9)))] });
    expect(summary(result.actions)).toEqual(['add-service 443', 'add-destination 443 192.0.2.1 1']);
    expect(result.foreign.map(({ port }) => port)).toEqual([80]);
    expect(result.owned).toEqual(owning(service(443)));
  });
});

const weights = fc.integer({ min: 0, max: 5 });
const destinations = fc
  .uniqueArray(fc.integer({ min: 1, max: 4 }))
  .chain((hosts) => fc.tuple(...hosts.map((host) => weights.map((weight) => destination(host, weight)))));
const services = fc.uniqueArray(fc.integer({ min: 1, max: 4 })).chain((ports) =>
  fc.tuple(
    ...ports.map((port) =>
      fc
        .tuple(destinations, fc.constantFrom('maglev-5-tuple', 'weighted-round-robin'), fc.constantFrom(null, 300))
        .map(([list, distribution, affinitySeconds]): Service => ({
          ...service(port, ...list),
          settings: { distribution, affinitySeconds },
        })),
    ),
  ),
);
/** Connections that an existing destination has; most have none. */
const connections = fc.constantFrom(0, 0, 1, 7);
const world = fc
  .record({ desired: services, before: services, counts: fc.array(connections, { minLength: 16, maxLength: 16 }) })
  .chain(({ desired, before, counts }) =>
    fc.record({
      desired: fc.constant(desired),
      actual: fc.constant(before.map((each, index) => existing(each, counts[index]))),
      owned: fc.subarray(before.map(serviceKey)).map((keys) => new Set(keys)),
    }),
  );

/** Reconciles round by round against a model kernel, `stepMs` apart, until nothing is left to do. */
async function settle(
  { desired, actual, owned }: Pick<ReconcileInput, 'desired' | 'actual' | 'owned'>,
  stepMs: number,
  watch: (actions: readonly Action[], nowMs: number) => Promise<void> | void = () => undefined,
) {
  const kernel = new FakeDataPlane();
  kernel.place(...actual);
  let state = { owned, draining: new Map() as ReadonlyMap<string, number> };
  for (let round = 0; round < 5; round += 1) {
    const nowMs = round * stepMs;
    const result = reconcile({ desired, actual: await kernel.read(), ...state, nowMs, drainMs: DRAIN_MS });
    await watch(result.actions, nowMs);
    const outcomes = await kernel.apply(result.actions);
    expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
    state = result;
  }
  return kernel;
}

const essence = (list: readonly { port: number; settings: unknown; destinations: readonly Destination[] }[]) =>
  new Map(
    list.map(({ port, settings, destinations: members }) => [
      port,
      { settings, members: new Map(members.map((each) => [formatSocket(each), each.weight])) },
    ]),
  );

describe('reconcile, whatever the world', () => {
  it('ends at the desired table once the deadlines have passed', () =>
    fc.assert(
      fc.asyncProperty(world, async ({ desired, actual, owned }) => {
        const kernel = await settle({ desired, actual, owned }, DRAIN_MS);
        const foreign = new Set(actual.map(serviceKey).filter((key) => !owned.has(key)));
        const ours = (await kernel.read()).filter((each) => !foreign.has(serviceKey(each)));
        expect(essence(ours)).toEqual(essence(desired.filter((each) => !foreign.has(serviceKey(each)))));
      }),
    ));

  it('never names a service it does not own', () =>
    fc.assert(
      fc.asyncProperty(world, async ({ desired, actual, owned }) => {
        const foreign = actual.filter((each) => !owned.has(serviceKey(each)));
        const kernel = await settle({ desired, actual, owned }, DRAIN_MS);
        expect(await kernel.read()).toEqual(expect.arrayContaining(foreign));
        const touched = new Set(kernel.applied.map((action) => serviceKey(action.service)));
        expect(foreign.filter((each) => touched.has(serviceKey(each)))).toEqual([]);
      }),
    ));

  it('has nothing to do the second time, when nobody drains', () =>
    fc.assert(
      fc.asyncProperty(services, services, async (desired, before) => {
        const kept = before
          .filter((each) => desired.some(({ port }) => port === each.port))
          .map((each) => existing({ ...each, destinations: [] }));
        const rounds: (readonly Action[])[] = [];
        await settle({ desired, actual: kept, owned: owning(...before) }, 0, (actions) => void rounds.push(actions));
        expect(rounds.slice(1).flat()).toEqual([]);
      }),
    ));

  it('removes no destination that has connections before its deadline', () =>
    fc.assert(
      fc.asyncProperty(world, async ({ desired, actual, owned }) => {
        const busy = new Set(
          actual.flatMap((each) =>
            each.destinations
              .filter(({ activeConnections }) => activeConnections > 0)
              .map((member) => destinationKey(each, member)),
          ),
        );
        await settle({ desired, actual, owned }, DRAIN_MS / 3, (actions, nowMs) => {
          if (nowMs >= DRAIN_MS) return;
          const removed = actions.flatMap((action) =>
            action.kind === 'remove-destination' ? [destinationKey(action.service, action.destination)] : [],
          );
          expect(removed.filter((key) => busy.has(key))).toEqual([]);
        });
      }),
    ));
});
