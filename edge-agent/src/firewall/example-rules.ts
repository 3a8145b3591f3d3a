import type { Service } from '../data-plane/service.js';
import type { FirewallRules } from './firewall-rules.js';

/** A service without destinations, for specs. */
export function exampleService(changes: Partial<Service> = {}): Service {
  return {
    protocol: 'TCP',
    address: '203.0.113.10',
    port: 443,
    settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
    sourceNat: false,
    destinations: [],
    ...changes,
  };
}

/** Rules of every kind, in both families; two of them overlap. */
export const EXAMPLE_RULES: FirewallRules = {
  marks: [
    { service: { protocol: 'UDP', address: '203.0.113.10', port: 5000, endPort: 5999 }, mark: 0x57000001 },
    { service: { protocol: 'TCP', address: '2001:db8::10', port: 7000, endPort: 7000 }, mark: 0x57000002 },
  ],
  sourceNat: [
    { protocol: 'TCP', address: '192.0.2.11', port: 8080 },
    { protocol: 'UDP', address: '192.0.2.11', port: 5000, endPort: 5999 },
    { protocol: 'UDP', address: '192.0.2.11', port: 5500 },
    { protocol: 'UDP', address: '192.0.2.11', port: 5800, endPort: 6100 },
    { protocol: 'TCP', address: '2001:db8:1::11', port: 8080 },
  ],
};
