import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgeName, originName } from '#core/model/name.js';
import { largestFlows } from './largest-flows.js';
import type { Flow } from './plan-sums.js';

const flow = (edge: string, origin: string, rate: number, rttMs: number): Flow => ({
  edge: edgeName(edge),
  origin: originName(origin),
  rate,
  delayMs: rate * rttMs,
});

describe('largestFlows', () => {
  it('names the busiest, and tells the others together with their mean latency', () => {
    const flows = [
      flow('ams', 'near', 100, 5),
      flow('ams', 'far', 20, 80),
      flow('fra', 'near', 10, 10),
      flow('lon', 'near', 30, 20),
    ];
    expect(largestFlows(flows, 1)).toEqual([
      { edge: 'ams', origin: 'near', rate: 100, meanRttMs: 5 },
      { edge: null, origin: 'near', rate: 40, meanRttMs: 17.5 },
      { edge: 'ams', origin: null, rate: 20, meanRttMs: 80 },
    ]);
  });

  it('loses nothing, and draws no more than can be looked at', () => {
    const flows = fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 30 }),
        fc.double({ min: 0, max: 1_000, noNaN: true }),
      ),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(flows, fc.integer({ min: 1, max: 20 }), (arcs, most) => {
        const all = arcs.map(([edge, origin, rate]) => flow(`e${edge}`, `o${origin}`, rate, 10));
        const drawn = largestFlows(all, most);
        const sum = (rates: readonly { readonly rate: number }[]) => rates.reduce((total, { rate }) => total + rate, 0);
        expect(sum(drawn)).toBeCloseTo(sum(all), 6);
        expect(drawn.length).toBeLessThanOrEqual((most + 1) ** 2);
      }),
    );
  });
});
