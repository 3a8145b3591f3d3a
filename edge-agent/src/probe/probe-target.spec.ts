import { describe, expect, it } from 'vitest';
import type { PublishedHealthCheck } from '#contracts/edge-configuration.js';
import { exampleLoadBalancer } from '../configuration/example-configuration.js';
import { probeTarget } from './probe-target.js';

const serving = { address: '192.0.2.11', port: 8443 };
const HTTP: PublishedHealthCheck = {
  protocol: 'HTTP',
  path: '/',
  expectedStatus: '200',
  latencyFrom: 'connect',
  intervalMs: 1,
  timeoutMs: 1,
  unhealthyThreshold: 1,
  healthyThreshold: 1,
};

describe('probeTarget', () => {
  it("probes where traffic goes, or at the health check's own port", () => {
    const { healthCheck } = exampleLoadBalancer();
    expect(probeTarget(exampleLoadBalancer(), serving)).toMatchObject(serving);
    const apart = exampleLoadBalancer({ healthCheck: { ...healthCheck, port: 9000 } });
    expect(probeTarget(apart, serving)).toMatchObject({ address: '192.0.2.11', port: 9000 });
  });

  it('is one probe for load balancers that ask the same, which HTTP with its Host never is', () => {
    const keyOf = (name: string, changes = {}) => probeTarget(exampleLoadBalancer({ name, ...changes }), serving).key;
    expect(keyOf('shop')).toBe(keyOf('blog'));
    expect(keyOf('shop', { healthCheck: HTTP })).not.toBe(keyOf('blog', { healthCheck: HTTP }));
  });

  it('asks the same question at another pace', () => {
    const slow = probeTarget(exampleLoadBalancer({ healthCheck: { ...HTTP, intervalMs: 9 } }), serving);
    const fast = probeTarget(exampleLoadBalancer({ healthCheck: HTTP }), serving);
    expect(slow.question).toBe(fast.question);
    expect(slow.key).not.toBe(fast.key);
  });
});
