import { describe, expect, it } from 'vitest';
import { metricValue, parseExposition } from './exposition.js';

const samples = parseExposition(`# HELP weir_share Fraction of demand.
# TYPE weir_share gauge
weir_share{edge="ams-1",origin="near"} 0.25
weir_share{edge="ams-1",origin="say \\"far\\""} 7.5e-1

weir_leader 1
`);

describe('parseExposition', () => {
  it('reads names, labels and values', () => {
    expect(samples).toEqual([
      { name: 'weir_share', labels: { edge: 'ams-1', origin: 'near' }, value: 0.25 },
      { name: 'weir_share', labels: { edge: 'ams-1', origin: 'say \\"far\\"' }, value: 0.75 },
      { name: 'weir_leader', labels: {}, value: 1 },
    ]);
  });
});

describe('metricValue', () => {
  it('is that of the one sample with these labels', () => {
    expect(metricValue(samples, 'weir_share', { origin: 'near' })).toBe(0.25);
    expect(metricValue(samples, 'weir_leader')).toBe(1);
  });

  it.each([
    ['none', { origin: 'nowhere' }, '0 samples'],
    ['several', { edge: 'ams-1' }, '2 samples'],
  ])('is refused where %s have them', (_, labels, message) => {
    expect(() => metricValue(samples, 'weir_share', labels)).toThrow(message);
  });
});
