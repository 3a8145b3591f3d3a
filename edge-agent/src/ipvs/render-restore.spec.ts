import { describe, expect, it } from 'vitest';
import type { Action } from '../data-plane/data-plane.js';
import { serviceKey, type Distribution } from '../data-plane/service.js';
import { renderRestore } from './render-restore.js';

const web = { protocol: 'TCP', address: '203.0.113.10', port: 443 } as const;
const web6 = { protocol: 'TCP', address: '2001:db8::10', port: 443 } as const;
const near = { address: '10.91.2.11', port: 8080, weight: 9, forwarding: 'masquerade' } as const;
const near6 = { address: 'fd91:2::11', port: 8080, weight: 1, forwarding: 'masquerade' } as const;

const noMarks = () => undefined;

describe('renderRestore', () => {
  it('writes a line for each action, in their order', () => {
    const actions: readonly Action[] = [
      { kind: 'add-service', service: web, settings: { distribution: 'maglev-5-tuple', affinitySeconds: null } },
      { kind: 'add-destination', service: web, destination: near },
      { kind: 'set-destination', service: web, destination: { ...near, weight: 0 } },
      { kind: 'set-service', service: web, settings: { distribution: 'weighted-round-robin', affinitySeconds: null } },
      { kind: 'remove-destination', service: web, destination: near },
      { kind: 'remove-service', service: web },
      {
        kind: 'add-service',
        service: web6,
        settings: { distribution: 'weighted-least-connection', affinitySeconds: null },
      },
      { kind: 'add-destination', service: web6, destination: near6 },
    ];
    expect(renderRestore(actions, noMarks)).toBe(`-A -t 203.0.113.10:443 -s mh -b mh-fallback,mh-port
-a -t 203.0.113.10:443 -r 10.91.2.11:8080 -m -w 9
-e -t 203.0.113.10:443 -r 10.91.2.11:8080 -m -w 0
-E -t 203.0.113.10:443 -s wrr
-d -t 203.0.113.10:443 -r 10.91.2.11:8080
-D -t 203.0.113.10:443
-A -t [2001:db8::10]:443 -s wlc
-a -t [2001:db8::10]:443 -r [fd91:2::11]:8080 -m -w 1
`);
  });

  it.each<[Distribution, string]>([
    ['maglev-5-tuple', '-s mh -b mh-fallback,mh-port'],
    ['maglev-source-ip', '-s mh -b mh-fallback'],
    ['weighted-round-robin', '-s wrr'],
    ['weighted-least-connection', '-s wlc'],
  ])('maps %s', (distribution, scheduler) => {
    const line = renderRestore(
      [{ kind: 'add-service', service: web, settings: { distribution, affinitySeconds: null } }],
      noMarks,
    );
    expect(line).toBe(`-A -t 203.0.113.10:443 ${scheduler}\n`);
  });

  it('writes UDP, affinity, every forwarding method, and ranges as marks of their family', () => {
    const dns = { protocol: 'UDP', address: '203.0.113.10', port: 53 } as const;
    const games = { protocol: 'UDP', address: '203.0.113.10', port: 5000, endPort: 5999 } as const;
    const games6 = { ...games, address: '2001:db8::10' } as const;
    const settings = { distribution: 'maglev-source-ip', affinitySeconds: 300 } as const;
    const actions: readonly Action[] = [
      { kind: 'add-service', service: dns, settings },
      { kind: 'add-destination', service: dns, destination: { ...near, port: 53, forwarding: 'direct' } },
      { kind: 'add-destination', service: dns, destination: { ...near, port: 53, forwarding: 'tunnel' } },
      { kind: 'add-service', service: games, settings: { ...settings, affinitySeconds: null } },
      { kind: 'set-destination', service: games, destination: { ...near, port: 0, weight: 65_535 } },
      { kind: 'set-service', service: games6, settings },
      { kind: 'remove-destination', service: games6, destination: { ...near6, port: 0 } },
      { kind: 'remove-service', service: games6 },
    ];
    const marks = new Map([games, games6].map((service, index) => [serviceKey(service), 100 + index]));
    expect(renderRestore(actions, (service) => marks.get(serviceKey(service))))
      .toBe(`-A -u 203.0.113.10:53 -s mh -p 300 -b mh-fallback
-a -u 203.0.113.10:53 -r 10.91.2.11:53 -g -w 9
-a -u 203.0.113.10:53 -r 10.91.2.11:53 -i -w 9
-A -f 100 -s mh -b mh-fallback
-e -f 100 -r 10.91.2.11:0 -m -w 65535
-E -f 101 -6 -s mh -p 300 -b mh-fallback
-d -f 101 -6 -r [fd91:2::11]:0
-D -f 101 -6
`);
  });

  it('writes nothing for nothing', () => {
    expect(renderRestore([], noMarks)).toBe('');
  });
});
