import { describe, expect, it } from 'vitest';
import { EXAMPLE_CONFIGURATION, exampleObservation } from './example-observation.js';
import { NearestPolicy } from './nearest-policy.js';

const decide = (euAlive: number) =>
  new NearestPolicy().decide({
    configuration: EXAMPLE_CONFIGURATION,
    observation: exampleObservation([500, 500, 10], euAlive),
    isUrgent: false,
  });

describe('NearestPolicy', () => {
  it.each([
    ['the nearest, full or not', 2, [1, 1, 0]],
    ['the nearest while anything of it is alive', 1, [1, 1, 0]],
    ['the next when it is dead', 0, [0, 0, 0]],
  ])('sends each edge to %s', (_, euAlive, expected) => {
    expect(decide(euAlive).pairs.map(({ shares }) => shares[0]!.share)).toEqual(expected);
  });

  it('gives servers what the kernel keeps, and has the others stand by', () => {
    expect(decide(2).weights[0]!.endpoints.map(({ weight, standbyWeight }) => [weight, standbyWeight])).toEqual([
      [63, undefined],
      [63, undefined],
      [0, 1],
      [0, 1],
    ]);
  });
});
