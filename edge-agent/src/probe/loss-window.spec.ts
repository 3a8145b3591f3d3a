import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOSS_WINDOW, lossRatioOf, NO_PROBES, withProbe } from './loss-window.js';

describe('LossWindow', () => {
  it('knows no ratio before the first probe', () => {
    expect(lossRatioOf(NO_PROBES)).toBeNull();
  });

  it('tells which part of the latest probes failed, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 3 * LOSS_WINDOW }), (probes) => {
        const latest = probes.slice(-LOSS_WINDOW);
        const expected = latest.filter((succeeded) => !succeeded).length / latest.length;
        expect(lossRatioOf(probes.reduce(withProbe, NO_PROBES))).toBe(expected);
      }),
    );
  });
});
