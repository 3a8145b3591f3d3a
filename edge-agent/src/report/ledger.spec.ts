import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleConfiguration, exampleLoadBalancer } from '../configuration/example-configuration.js';
import { routesOf } from '../configuration/routes.js';
import type { ActualService } from '../data-plane/data-plane.js';
import { accumulate, EMPTY_LEDGER, type Ledger } from './ledger.js';

const routes = routesOf(exampleConfiguration());

/** The example's service after so many connections to its first and second endpoint. */
const service = (first: number, second: number): ActualService => ({
  protocol: 'TCP',
  address: '203.0.113.10',
  port: 443,
  settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
  counters: { connections: first + second, bytesIn: 100 * (first + second) },
  destinations: [first, second].map((connections, index) => ({
    address: `192.0.2.${11 + index}`,
    port: 8443,
    weight: 1,
    forwarding: 'masquerade',
    activeConnections: 0,
    inactiveConnections: 0,
    counters: { connections },
  })),
});

const received = ({ listeners }: Ledger) =>
  [...listeners.values()].map(({ loadBalancer, listener, counters }) => [loadBalancer, listener, counters.connections]);
const sent = ({ endpoints }: Ledger) =>
  [...endpoints.values()].map(({ loadBalancer, origin, counters }) => [loadBalancer, origin, counters.connections]);

describe('accumulate', () => {
  it('counts for listeners and endpoints what was added since it last looked', () => {
    const first = accumulate(EMPTY_LEDGER, [service(1, 1)], routes);
    const second = accumulate(first, [service(9, 2)], routes);
    expect(received(second)).toEqual([['shop', 'tcp-443', 11]]);
    expect(sent(second)).toEqual([
      ['shop', 'us-west', 9],
      ['shop', 'eu-central', 2],
    ]);
    expect([...second.listeners.values()][0]?.counters.bytesIn).toBe(1_100);
  });

  it('goes on counting when entries are made anew', () => {
    const before = accumulate(EMPTY_LEDGER, [service(9, 1)], routes);
    const anew = accumulate(before, [service(3, 0)], routes);
    expect(received(anew)).toEqual([['shop', 'tcp-443', 13]]);
    const gone = accumulate(anew, [], routes);
    expect(received(accumulate(gone, [service(5, 0)], routes))).toEqual([['shop', 'tcp-443', 18]]);
  });

  it('gives nobody what was counted before anything was in force', () => {
    const found = accumulate(EMPTY_LEDGER, [service(900, 100)], []);
    expect(received(found)).toEqual([]);
    expect(received(accumulate(found, [service(901, 100)], routes))).toEqual([['shop', 'tcp-443', 1]]);
  });

  it('keeps what a listener counted after it was taken away', () => {
    const before = accumulate(EMPTY_LEDGER, [service(9, 1)], routes);
    expect(received(accumulate(before, [], []))).toEqual([['shop', 'tcp-443', 10]]);
  });

  it('counts for another load balancer from the moment it has the service', () => {
    const before = accumulate(EMPTY_LEDGER, [service(9, 1)], routes);
    const taken = routesOf(exampleConfiguration({ loadBalancers: [exampleLoadBalancer({ name: 'blog' })] }));
    expect(received(accumulate(before, [service(10, 2)], taken))).toEqual([
      ['shop', 'tcp-443', 10],
      ['blog', 'tcp-443', 2],
    ]);
  });

  it('never goes down, and never counts a connection twice', () => {
    const step = fc.record({ first: fc.nat(50), second: fc.nat(50), startsAnew: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let ledger = EMPTY_LEDGER;
        let shown = [0, 0] as [number, number];
        let total = 0;
        for (const { first, second, startsAnew } of steps) {
          // An entry made anew is recognised only by showing less, so it must.
          if (startsAnew && shown[0] > 0 && shown[1] > 0) {
            shown = [0, 0];
            ledger = accumulate(ledger, [service(0, 0)], routes);
          }
          shown = [shown[0] + first, shown[1] + second];
          total += first + second;
          ledger = accumulate(ledger, [service(...shown)], routes);
          expect(received(ledger)).toEqual([['shop', 'tcp-443', total]]);
          expect(sent(ledger).reduce((sum, [, , connections]) => sum + Number(connections), 0)).toBe(total);
        }
      }),
    );
  });
});
