import { describe, expect, it } from 'vitest';
import { aLoadBalancer, aReference } from '#testkit/model-builders.js';
import type { Forwarding, HealthCheck, Listener } from './load-balancer.js';
import { portViolations } from './port-rules.js';

const TCP_443: Listener = { protocol: 'TCP', port: 443 };
const RANGE: Listener = { protocol: 'TCP', port: 5_000, endPort: 5_999 };
const UDP_53: Listener = { protocol: 'UDP', port: 53 };
const MASQUERADE: Forwarding = { method: 'masquerade', sourceNat: true };

const timing = { intervalMs: 2000, timeoutMs: 1000, unhealthyThreshold: 3, healthyThreshold: 2 };
const probing = (port?: number): HealthCheck => ({ protocol: 'TCP', ...timing, ...(port && { port }) });

interface Ports {
  readonly listeners?: readonly Listener[];
  readonly forwarding?: Forwarding;
  readonly probePort?: number;
  /** Of the second and third of three origins. */
  readonly originPort?: number;
}

function violations({ listeners = [TCP_443], forwarding = MASQUERADE, probePort, originPort }: Ports) {
  const own = originPort === undefined ? {} : { port: originPort };
  const origins = ['north', aReference('east', own), aReference('west', own)];
  return portViolations(aLoadBalancer('shop', origins, { listeners, forwarding, healthCheck: probing(probePort) }));
}

describe('ports of endpoints', () => {
  it('may be others than the listeners’, which each are rewritten', () => {
    expect(violations({ originPort: 8_443 })).toEqual([]);
  });

  it('stay as the client wrote them where a listener is a range', () => {
    expect(violations({ listeners: [TCP_443, RANGE], originPort: 8_443, probePort: 80 })).toEqual([
      {
        code: 'origin-port',
        pointer: '/origins/1/port',
        detail:
          'the listener on TCP ports 5000 to 5999 is a range, so endpoints serve on the port that the client came to; leave it out',
      },
      expect.objectContaining({ code: 'origin-port', pointer: '/origins/2/port' }),
    ]);
  });

  it.each(['direct', 'tunnel'] as const)('stay as the client wrote them with %s forwarding', (method) => {
    const forwarding = { method, sourceNat: false } as const;
    expect(violations({ forwarding })).toEqual([]);
    const found = violations({ forwarding, originPort: 443 });
    expect(found.map(({ pointer }) => pointer)).toEqual(['/origins/1/port', '/origins/2/port']);
    expect(found[0]?.detail).toContain(`${method} forwarding rewrites no port`);
  });
});

describe('the port that is probed', () => {
  it.each<[string, Ports]>([
    ['may be left out where clients come to a TCP port', { listeners: [TCP_443] }],
    ['is known where it is named', { listeners: [UDP_53, RANGE], probePort: 80 }],
  ])('%s', (_name, ports) => {
    expect(violations(ports)).toEqual([]);
  });

  it.each<[string, Listener, string]>([
    ['UDP', UDP_53, 'UDP port 53'],
    ['a range', RANGE, 'TCP ports 5000 to 5999'],
  ])('must be named with %s, and the reason is told', (_name, listener, words) => {
    expect(violations({ listeners: [TCP_443, listener] })).toEqual([
      {
        code: 'probe-port',
        pointer: '/healthCheck/port',
        detail: `a probe needs a TCP port, and the listener on ${words} does not tell one; name the port to probe`,
      },
    ]);
  });
});
