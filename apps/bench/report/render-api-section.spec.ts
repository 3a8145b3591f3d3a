import { describe, expect, it } from 'vitest';
import { API_HEADING, renderApiSection } from './render-api-section.js';

describe('renderApiSection', () => {
  const section = renderApiSection({
    plainRead: { requestsPerSecond: 12_000, meanMs: 0.8, p99Ms: 2 },
    read: { requestsPerSecond: 3_000, meanMs: 3.2, p99Ms: 8 },
    plainWrite: { requestsPerSecond: 8_000, meanMs: 1.2, p99Ms: 3 },
    write: { requestsPerSecond: 240, meanMs: 41.66, p99Ms: 88 },
  });

  it('begins with the heading that it is found by', () => {
    expect(section.split('\n', 1)).toEqual([API_HEADING]);
  });

  it('tells throughput and latency of each, and how much of the plain route is left', () => {
    expect(section).toMatch(/\| read, plain NestJS +\| +12,000 \| +0\.8 ms \| +2 ms \|/);
    expect(section).toMatch(/\| write, Weir +\| +240 \| +41\.7 ms \| +88 ms \|/);
    expect(section).toContain('has 25 % of the plain route’s throughput, a write 3 %.');
  });
});
