import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aConfiguration, aLoadBalancer } from '#testkit/model-builders.js';
import { describeListener, listenerViolations } from './listener-rules.js';
import type { Listener } from './load-balancer.js';

const tcp = (port: number, endPort?: number): Listener => ({ protocol: 'TCP', port, ...(endPort && { endPort }) });
const udp = (port: number, endPort?: number): Listener => ({ ...tcp(port, endPort), protocol: 'UDP' });

const nobody = aConfiguration();
const media = aConfiguration({
  loadBalancers: [
    aLoadBalancer('media', [], {
      addresses: ['203.0.113.10', '2001:db8::10'],
      listeners: [udp(5_000, 5_999), tcp(443)],
    }),
  ],
});

function violations(listeners: readonly Listener[], others = nobody, addresses = ['203.0.113.10']) {
  const found = listenerViolations(aLoadBalancer('shop', [], { addresses, listeners }), others);
  return found.map(({ code, pointer, detail }) => [code, pointer, detail]);
}

describe('listenerViolations', () => {
  it.each<[string, readonly Listener[]]>([
    ['one port for both protocols', [tcp(443), udp(443)]],
    ['ranges side by side', [udp(5_000, 5_009), udp(5_010, 5_019), udp(5_020)]],
    ['every port there is', [tcp(1, 65_535)]],
  ])('has nothing against %s', (_name, listeners) => {
    expect(violations(listeners)).toEqual([]);
  });

  it('refuses a range that ends where it begins, or before', () => {
    expect(violations([tcp(80, 80), udp(90, 89)])).toEqual([
      ['port-range', '/listeners/0/endPort', expect.stringContaining('above port 80') as string],
      ['port-range', '/listeners/1/endPort', expect.stringContaining('above port 90') as string],
    ]);
  });

  it('names every listener that takes a port of an earlier one', () => {
    expect(violations([tcp(443), tcp(443), tcp(400, 499), tcp(80), tcp(1, 80)])).toEqual([
      ['listener-overlap', '/listeners/1', 'overlaps with listener 0, TCP port 443'],
      ['listener-overlap', '/listeners/2', 'overlaps with listener 0, TCP port 443'],
      ['listener-overlap', '/listeners/4', 'overlaps with listener 3, TCP port 80'],
    ]);
  });

  it('names the ports that another load balancer has, and which', () => {
    const owned = 'already belongs to load balancer "media"';
    expect(violations([udp(5_990, 6_010), tcp(443), udp(5_500), udp(443)], media)).toEqual([
      ['address-in-use', '/listeners/0', `UDP 203.0.113.10 ports 5990 to 5999 ${owned}`],
      ['address-in-use', '/listeners/1', `TCP 203.0.113.10 port 443 ${owned}`],
      ['address-in-use', '/listeners/2', `UDP 203.0.113.10 port 5500 ${owned}`],
    ]);
  });

  it('lets another address have the same ports', () => {
    expect(violations([udp(5_000, 5_999), tcp(443)], media, ['203.0.113.11', '2001:db8::11'])).toEqual([]);
  });

  it('tells all breaches at once', () => {
    expect(violations([tcp(443), tcp(443), udp(9, 9)], media).map(([code]) => code)).toEqual([
      'port-range',
      'listener-overlap',
      'address-in-use',
      'address-in-use',
    ]);
  });

  it('finds an overlap exactly where a port is in both', () => {
    const port = fc.integer({ min: 1, max: 12 });
    const range = fc.tuple(port, fc.integer({ min: 0, max: 4 })).map(([first, more]) => tcp(first, first + more));
    const portsOf = ({ port: first, endPort = first }: Listener) =>
      Array.from({ length: endPort - first + 1 }, (_, index) => first + index);
    fc.assert(
      fc.property(range, range, (one, other) => {
        const shared = portsOf(one).filter((each) => portsOf(other).includes(each));
        const codes = violations([one, other]).map(([code]) => code);
        expect(codes.includes('listener-overlap')).toBe(shared.length > 0);
      }),
    );
  });
});

describe('describeListener', () => {
  it.each([
    [tcp(443), 'TCP port 443'],
    [udp(5_000, 5_999), 'UDP ports 5000 to 5999'],
  ])('tells %o', (listener, words) => {
    expect(describeListener(listener)).toBe(words);
  });
});
