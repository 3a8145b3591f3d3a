import { UserspaceDataPlane } from '../../../edge-agent/src/userspace/userspace-data-plane.js';

/** The agent's userspace data plane alone, between two ports of loopback. */
const [listenPort = 0, backendPort = 0] = process.argv.slice(2).map(Number);
const service = { protocol: 'TCP', address: '127.0.0.1', port: listenPort } as const;
const dataPlane = new UserspaceDataPlane({ listenMap: new Map(), connectTimeoutMs: 3_000, stopGraceMs: 0 });
await dataPlane.apply([
  { kind: 'add-service', service, settings: { distribution: 'weighted-round-robin', affinitySeconds: null } },
  {
    kind: 'add-destination',
    service,
    destination: { address: '127.0.0.1', port: backendPort, weight: 1, forwarding: 'masquerade' },
  },
]);
