import assert from 'node:assert/strict';
import type { Action } from '../data-plane.js';
import type { Destination, ServiceAddress } from '../service.js';
import { find, settingsOf, succeed, type ContractCase } from './contract-case.js';

const WEB: ServiceAddress = { protocol: 'TCP', address: '203.0.113.10', port: 443 };
const WEB_6: ServiceAddress = { protocol: 'TCP', address: '2001:db8::10', port: 443 };
const NEAR: Destination = { address: '192.0.2.11', port: 8443, weight: 9, forwarding: 'masquerade' };
const FAR: Destination = { address: '192.0.2.12', port: 8443, weight: 1, forwarding: 'masquerade' };
const NEAR_6: Destination = { address: '2001:db8:1::11', port: 8443, weight: 5, forwarding: 'masquerade' };

const addWeb: Action = {
  kind: 'add-service',
  service: WEB,
  settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
};
const addNear: Action = { kind: 'add-destination', service: WEB, destination: NEAR };
const addFar: Action = { kind: 'add-destination', service: WEB, destination: FAR };

/** What every data plane owes: services, destinations and weights, one action or many. */
export function tableCases(): readonly ContractCase[] {
  return CASES;
}

const CASES: readonly ContractCase[] = [
  {
    name: 'shows a service with its destinations as they were added',
    check: async (dataPlane) => {
      await succeed(dataPlane, [addWeb, addNear, addFar]);
      const service = await find(dataPlane, WEB);
      assert.equal(service?.settings?.distribution, 'maglev-5-tuple');
      assert.deepEqual(settingsOf(service), [NEAR, FAR]);
      assert.equal(service.counters.connections, 0);
      assert.deepEqual(
        service.destinations.map(({ activeConnections }) => activeConnections),
        [0, 0],
      );
    },
  },
  {
    name: 'forwards IPv6',
    check: async (dataPlane) => {
      await succeed(dataPlane, [
        {
          kind: 'add-service',
          service: WEB_6,
          settings: { distribution: 'weighted-round-robin', affinitySeconds: null },
        },
        { kind: 'add-destination', service: WEB_6, destination: NEAR_6 },
      ]);
      assert.deepEqual(settingsOf(await find(dataPlane, WEB_6)), [NEAR_6]);
    },
  },
  {
    name: 'shows every distribution as it was asked for',
    check: async (dataPlane) => {
      await succeed(dataPlane, [addWeb]);
      for (const distribution of ['maglev-source-ip', 'weighted-least-connection', 'weighted-round-robin'] as const) {
        await succeed(dataPlane, [
          { kind: 'set-service', service: WEB, settings: { distribution, affinitySeconds: null } },
        ]);
        assert.equal((await find(dataPlane, WEB))?.settings?.distribution, distribution);
      }
    },
  },
  {
    name: 'changes one weight and nothing else, down to 0 and back',
    check: async (dataPlane) => {
      await succeed(dataPlane, [addWeb, addNear, addFar]);
      for (const weight of [0, 65_535]) {
        await succeed(dataPlane, [{ kind: 'set-destination', service: WEB, destination: { ...NEAR, weight } }]);
        assert.deepEqual(settingsOf(await find(dataPlane, WEB)), [{ ...NEAR, weight }, FAR]);
      }
    },
  },
  {
    name: 'removes a destination, then the service',
    check: async (dataPlane) => {
      await succeed(dataPlane, [addWeb, addNear, addFar]);
      await succeed(dataPlane, [{ kind: 'remove-destination', service: WEB, destination: NEAR }]);
      assert.deepEqual(settingsOf(await find(dataPlane, WEB)), [FAR]);
      await succeed(dataPlane, [
        { kind: 'remove-destination', service: WEB, destination: FAR },
        { kind: 'remove-service', service: WEB },
      ]);
      assert.equal(await find(dataPlane, WEB), undefined);
    },
  },
  {
    name: 'carries on after an action that fails, and says which one it was',
    check: async (dataPlane) => {
      const orphan: Action = { kind: 'add-destination', service: { ...WEB, port: 444 }, destination: NEAR };
      const outcomes = await dataPlane.apply([addWeb, orphan, addNear]);
      assert.deepEqual(
        outcomes.map(({ action }) => action),
        [addWeb, orphan, addNear],
      );
      assert.deepEqual(
        outcomes.map(({ error }) => error === null),
        [true, false, true],
      );
      assert.deepEqual(settingsOf(await find(dataPlane, WEB)), [NEAR]);
    },
  },
  {
    name: 'refuses a weight for a destination it does not have',
    check: async (dataPlane) => {
      const [, outcome] = await dataPlane.apply([addWeb, { kind: 'set-destination', service: WEB, destination: NEAR }]);
      assert.notEqual(outcome?.error, null);
      assert.deepEqual(settingsOf(await find(dataPlane, WEB)), []);
    },
  },
  {
    name: 'takes an action twice without harm',
    check: async (dataPlane) => {
      await succeed(dataPlane, [addWeb, addNear]);
      await succeed(dataPlane, [addWeb, addNear]);
      assert.deepEqual(settingsOf(await find(dataPlane, WEB)), [NEAR]);
      const removal: Action = { kind: 'remove-destination', service: WEB, destination: NEAR };
      await succeed(dataPlane, [removal]);
      await succeed(dataPlane, [removal]);
    },
  },
  {
    name: 'gives readings that later changes do not touch',
    check: async (dataPlane) => {
      await succeed(dataPlane, [addWeb, addNear]);
      const before = await find(dataPlane, WEB);
      await succeed(dataPlane, [
        { kind: 'set-destination', service: WEB, destination: { ...NEAR, weight: 1 } },
        addFar,
      ]);
      assert.deepEqual(settingsOf(before), [NEAR]);
    },
  },
  {
    name: 'gives the same reading again while nothing changes',
    check: async (dataPlane) => {
      await succeed(dataPlane, [addWeb, addNear]);
      const before = await dataPlane.read();
      assert.equal(await dataPlane.read(), before);
      await succeed(dataPlane, [{ kind: 'set-destination', service: WEB, destination: { ...NEAR, weight: 1 } }]);
      assert.notEqual(await dataPlane.read(), before);
    },
  },
];
