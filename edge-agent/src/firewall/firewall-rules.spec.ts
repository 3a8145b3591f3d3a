import { describe, expect, it } from 'vitest';
import type { Service } from '../data-plane/service.js';
import { exampleService } from './example-rules.js';
import { firewallRules } from './firewall-rules.js';

const destination = (address: string, port = 8080): Service['destinations'][number] => ({
  address,
  port,
  weight: 1,
  forwarding: 'masquerade',
});

describe('firewallRules', () => {
  it('translates towards each destination once, and only where it is asked for', () => {
    const services = [
      exampleService({ sourceNat: true, destinations: [destination('192.0.2.11'), destination('2001:db8:1::11')] }),
      exampleService({ sourceNat: true, destinations: [destination('192.0.2.11')] }),
      exampleService({ sourceNat: false, destinations: [destination('192.0.2.12')] }),
    ];
    expect(firewallRules(services, []).sourceNat).toEqual([
      { protocol: 'TCP', address: '192.0.2.11', port: 8080 },
      { protocol: 'TCP', address: '2001:db8:1::11', port: 8080 },
    ]);
  });

  it('tells TCP and UDP of one port apart, and takes the ports of a range from its service', () => {
    const destinations = [destination('192.0.2.11', 0)];
    const range = exampleService({ protocol: 'UDP', port: 5000, endPort: 5999, sourceNat: true, destinations });
    const dns = ['TCP', 'UDP'] as const;
    const services = dns.map((protocol) =>
      exampleService({ protocol, sourceNat: true, destinations: [destination('192.0.2.11', 53)] }),
    );
    expect(firewallRules([range, ...services], []).sourceNat).toEqual([
      { protocol: 'UDP', address: '192.0.2.11', port: 5000, endPort: 5999 },
      { protocol: 'TCP', address: '192.0.2.11', port: 53 },
      { protocol: 'UDP', address: '192.0.2.11', port: 53 },
    ]);
  });
});
