import assert from 'node:assert/strict';
import type { Action, DataPlaneTraits } from '../data-plane.js';
import type { Destination, ForwardingMethod, Protocol, ServiceAddress, ServiceSettings } from '../service.js';
import { find, settingsOf, succeed, type ContractCase } from './contract-case.js';

const WEB: ServiceAddress = { protocol: 'TCP', address: '203.0.113.10', port: 443 };
const QUIC: ServiceAddress = { ...WEB, protocol: 'UDP' };
const GAMES: ServiceAddress = { protocol: 'UDP', address: '203.0.113.10', port: 5_000, endPort: 5_999 };
const GAMES_6: ServiceAddress = { ...GAMES, address: '2001:db8::10' };
const STREAMS: ServiceAddress = { ...GAMES, protocol: 'TCP' };

const HASHED: ServiceSettings = { distribution: 'maglev-5-tuple', affinitySeconds: null };
const NEAR: Destination = { address: '192.0.2.11', port: 443, weight: 9, forwarding: 'masquerade' };
const FAR: Destination = { address: '192.0.2.12', port: 443, weight: 1, forwarding: 'masquerade' };
const NEAR_6: Destination = { ...NEAR, address: '2001:db8:1::11' };

const METHODS: readonly ForwardingMethod[] = ['masquerade', 'direct', 'tunnel'];
const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP'];

/** What only some data planes have, as their traits say; the rest must say no to it. */
export function featureCases(): readonly ContractCase[] {
  return CASES;
}

const CASES: readonly ContractCase[] = [
  {
    name: 'keeps TCP and UDP of one port apart',
    isOwedBy: ({ protocols }) => protocols.includes('UDP'),
    check: async (dataPlane) => {
      await succeed(dataPlane, [...adding(WEB, NEAR), ...adding(QUIC, FAR)]);
      assert.deepEqual(settingsOf(await find(dataPlane, WEB)), [NEAR]);
      assert.deepEqual(settingsOf(await find(dataPlane, QUIC)), [FAR]);
      await succeed(dataPlane, removing(WEB, NEAR));
      assert.deepEqual(settingsOf(await find(dataPlane, QUIC)), [FAR]);
    },
  },
  {
    name: 'forwards ranges of ports, of either protocol and family, each by itself',
    isOwedBy: ({ hasPortRanges, protocols }) => hasPortRanges && protocols.includes('UDP'),
    check: async (dataPlane) => {
      const near = { ...NEAR, port: 0 };
      const far = { ...FAR, port: 0 };
      const near6 = { ...NEAR_6, port: 0 };
      await succeed(dataPlane, [...adding(GAMES, near), ...adding(STREAMS, far), ...adding(GAMES_6, near6)]);
      await succeed(dataPlane, adding(WEB, FAR));
      assert.deepEqual(settingsOf(await find(dataPlane, GAMES)), [near]);
      assert.deepEqual(settingsOf(await find(dataPlane, STREAMS)), [far]);
      assert.deepEqual(settingsOf(await find(dataPlane, GAMES_6)), [near6]);
      assert.deepEqual(settingsOf(await find(dataPlane, WEB)), [FAR]);
      await succeed(dataPlane, removing(STREAMS, far));
      assert.equal(await find(dataPlane, STREAMS), undefined);
      assert.deepEqual(settingsOf(await find(dataPlane, GAMES)), [near]);
    },
  },
  {
    name: 'changes weight and settings of a range of ports',
    isOwedBy: ({ hasPortRanges, protocols }) => hasPortRanges && protocols.includes('UDP'),
    check: async (dataPlane) => {
      const near = { ...NEAR, port: 0 };
      await succeed(dataPlane, adding(GAMES, near));
      const settings: ServiceSettings = { distribution: 'weighted-round-robin', affinitySeconds: null };
      await succeed(dataPlane, [
        { kind: 'set-service', service: GAMES, settings },
        { kind: 'set-destination', service: GAMES, destination: { ...near, weight: 0 } },
      ]);
      const games = await find(dataPlane, GAMES);
      assert.deepEqual(games?.settings, settings);
      assert.deepEqual(settingsOf(games), [{ ...near, weight: 0 }]);
    },
  },
  {
    name: 'takes affinity up, changes it and gives it up, with its destinations in place',
    isOwedBy: ({ hasAffinity }) => hasAffinity,
    check: async (dataPlane) => {
      await succeed(dataPlane, adding(WEB, NEAR));
      for (const affinitySeconds of [300, 86_400, 1, null]) {
        const settings: ServiceSettings = { distribution: 'maglev-source-ip', affinitySeconds };
        await succeed(dataPlane, [{ kind: 'set-service', service: WEB, settings }]);
        assert.deepEqual((await find(dataPlane, WEB))?.settings, settings);
      }
      assert.deepEqual(settingsOf(await find(dataPlane, WEB)), [NEAR]);
    },
  },
  {
    name: 'keeps clients of IPv6 by their whole address',
    isOwedBy: ({ hasAffinity }) => hasAffinity,
    check: async (dataPlane) => {
      const service = { ...WEB, address: '2001:db8::10' };
      const settings: ServiceSettings = { distribution: 'weighted-least-connection', affinitySeconds: 60 };
      await succeed(dataPlane, [{ kind: 'add-service', service, settings }]);
      assert.deepEqual((await find(dataPlane, service))?.settings, settings);
    },
  },
  ...METHODS.map((forwarding): ContractCase => ({
    name: `shows ${forwarding} forwarding as it was asked for, in both families`,
    isOwedBy: (traits) => traits.forwarding.includes(forwarding),
    check: async (dataPlane) => {
      const web6 = { ...WEB, address: '2001:db8::10' };
      await succeed(dataPlane, [...adding(WEB, { ...NEAR, forwarding }), ...adding(web6, { ...NEAR_6, forwarding })]);
      assert.deepEqual(settingsOf(await find(dataPlane, WEB)), [{ ...NEAR, forwarding }]);
      assert.deepEqual(settingsOf(await find(dataPlane, web6)), [{ ...NEAR_6, forwarding }]);
    },
  })),
  ...METHODS.map((forwarding): ContractCase => ({
    name: `forwards between families by ${forwarding}`,
    isOwedBy: ({ acrossFamilies }) => acrossFamilies.includes(forwarding),
    check: async (dataPlane) => {
      await succeed(dataPlane, adding(WEB, { ...NEAR_6, forwarding }));
      assert.deepEqual(settingsOf(await find(dataPlane, WEB)), [{ ...NEAR_6, forwarding }]);
    },
  })),
  {
    name: 'says no to what its traits leave out, and does the rest',
    check: async (dataPlane) => {
      const refused = beyond(dataPlane.traits);
      const outcomes = await dataPlane.apply([...adding(WEB, NEAR), ...refused]);
      assert.deepEqual(
        outcomes.map(({ error }) => error === null),
        [true, true, ...refused.map(() => false)],
      );
      assert.deepEqual(settingsOf(await find(dataPlane, WEB)), [NEAR]);
    },
  },
];

function beyond({ protocols, forwarding, hasPortRanges }: DataPlaneTraits): readonly Action[] {
  const services = [
    ...PROTOCOLS.filter((protocol) => !protocols.includes(protocol)).map((protocol) => ({ ...WEB, protocol })),
    ...(hasPortRanges ? [] : [STREAMS]),
  ];
  const methods = METHODS.filter((method) => !forwarding.includes(method));
  return [
    ...services.map((service): Action => ({ kind: 'add-service', service, settings: HASHED })),
    ...methods.map((method): Action => ({
      kind: 'add-destination',
      service: WEB,
      destination: { ...FAR, forwarding: method },
    })),
  ];
}

function adding(service: ServiceAddress, destination: Destination): readonly Action[] {
  return [
    { kind: 'add-service', service, settings: HASHED },
    { kind: 'add-destination', service, destination },
  ];
}

function removing(service: ServiceAddress, destination: Destination): readonly Action[] {
  return [
    { kind: 'remove-destination', service, destination },
    { kind: 'remove-service', service },
  ];
}
