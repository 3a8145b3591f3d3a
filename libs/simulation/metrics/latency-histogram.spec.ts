import { expect, it } from 'vitest';
import { LatencyHistogram } from './latency-histogram.js';

it('weighs latencies by connections', () => {
  const histogram = new LatencyHistogram();
  histogram.add(10, 98);
  histogram.add(200, 1.5);
  histogram.add(1_000, 0.5);
  expect(histogram.mean()).toBeCloseTo((980 + 300 + 500) / 100);
  expect(Math.abs(histogram.quantile(0.5) / 10 - 1)).toBeLessThan(0.01);
  expect(Math.abs(histogram.quantile(0.99) / 200 - 1)).toBeLessThan(0.01);
  expect(Math.abs(histogram.quantile(0.999) / 1_000 - 1)).toBeLessThan(0.01);
});
