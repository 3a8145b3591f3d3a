import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSocket, type Destination, type Distribution, type SocketAddress } from '../../data-plane/service.js';
import { DestinationChoice } from './destination-choice.js';

const client = (host: number, port = 40_000): SocketAddress => ({ address: `198.51.100.${host}`, port });
const destination = (host: number, weight: number): Destination => ({
  address: `192.0.2.${host}`,
  port: 8080,
  weight,
  forwarding: 'masquerade',
});

function choiceOf(
  distribution: Distribution,
  weights: readonly number[],
  { affinitySeconds = null, loads = new Map() }: { affinitySeconds?: number | null; loads?: Map<string, number> } = {},
): DestinationChoice {
  const choice = new DestinationChoice(
    { distribution, affinitySeconds },
    { loadOf: (at) => loads.get(formatSocket(at)) ?? 0, mostClients: 100, clock: { monotonicMs: () => 0 } },
  );
  weights.forEach((weight, host) => {
    choice.set(destination(host, weight));
  });
  return choice;
}

const DISTRIBUTIONS: readonly Distribution[] = [
  'maglev-5-tuple',
  'maglev-source-ip',
  'weighted-round-robin',
  'weighted-least-connection',
];

describe.each(DISTRIBUTIONS)('DestinationChoice by %s', (distribution) => {
  it('never picks weight 0 nor the one that failed, and finds another as long as there is one', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(weights, fc.nat({ max: 250 }), fc.nat({ max: 5 }), (list, host, failing) => {
        const choice = choiceOf(distribution, list);
        const picked = choice.pick(client(host), destination(failing, 1));
        const others = list.filter((weight, index) => weight > 0 && index !== failing);
        expect(picked === null).toBe(others.length === 0);
        expect(picked?.weight).not.toBe(0);
        expect(picked?.address).not.toBe(destination(failing, 1).address);
      }),
    );
  });

  it('brings a client back to where it was, also when the weights say otherwise, until that has weight 0', () => {
    const choice = choiceOf(distribution, [1, 0], { affinitySeconds: 60 });
    choice.hold(client(1), choice.pick(client(1))!);
    choice.set(destination(1, 1_000));
    for (const port of [1, 2, 3]) expect(choice.pick(client(1, port))?.address).toBe('192.0.2.0');
    choice.set(destination(0, 0));
    expect(choice.pick(client(1))?.address).toBe('192.0.2.1');
  });
});

describe('DestinationChoice', () => {
  it('hashes the address alone for maglev-source-ip, and the port as well for maglev-5-tuple', () => {
    const spreadOf = (distribution: Distribution) => {
      const choice = choiceOf(distribution, [1, 1]);
      return new Set(Array.from({ length: 50 }, (_, index) => choice.pick(client(1, 1_024 + index))?.address)).size;
    };
    expect(spreadOf('maglev-source-ip')).toBe(1);
    expect(spreadOf('maglev-5-tuple')).toBe(2);
  });

  it('keeps connections in proportion to the weights by weighted-least-connection, within one of each', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 300 }), (list, count) => {
        const loads = new Map<string, number>();
        const choice = choiceOf('weighted-least-connection', list, { loads });
        for (let connection = 0; connection < count; connection += 1) {
          const key = formatSocket(choice.pick(client(1))!);
          loads.set(key, (loads.get(key) ?? 0) + 1);
        }
        const total = list.reduce((sum, weight) => sum + weight, 0);
        list.forEach((weight, host) => {
          const load = loads.get(formatSocket(destination(host, 1))) ?? 0;
          expect(load).toBeGreaterThan((count * weight) / total - list.length);
          expect(load).toBeLessThanOrEqual((count * weight) / total + 1 + list.length * (weight / total));
        });
      }),
    );
  });

  it('takes turns by weight where nobody has connections', () => {
    const choice = choiceOf('weighted-least-connection', [9, 1]);
    const picked = Array.from({ length: 100 }, () => choice.pick(client(1))?.address);
    expect(picked.filter((address) => address === '192.0.2.1')).toHaveLength(10);
  });
});
