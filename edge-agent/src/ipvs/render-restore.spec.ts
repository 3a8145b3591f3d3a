import { describe, expect, it } from 'vitest';
import type { Action } from '../data-plane/data-plane.js';
import type { Distribution } from '../data-plane/service.js';
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

  it('writes nothing for nothing', () => {
    expect(renderRestore([], noMarks)).toBe('');
  });
});
