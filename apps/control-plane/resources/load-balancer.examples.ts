import { commonRefusals, type ResourceExamples } from './examples.js';

const storedLoadBalancer = {
  name: 'shop',
  addresses: ['203.0.113.10', '2001:db8::10'],
  listeners: [{ protocol: 'TCP', port: 443 }],
  origins: [
    { origin: 'eu-central', port: 8443, dialPercent: 100, tier: 0 },
    { origin: 'us-east', port: 8443, dialPercent: 100, tier: 0, maxRate: 500 },
  ],
  forwarding: { method: 'masquerade', sourceNat: true },
  distribution: 'maglev-5-tuple',
  affinity: { type: 'none' },
  healthCheck: {
    protocol: 'HTTP',
    path: '/healthz',
    expectedStatus: '200-299',
    latencyFrom: 'connect',
    port: 8080,
    intervalMs: 2000,
    timeoutMs: 1000,
    unhealthyThreshold: 3,
    healthyThreshold: 2,
  },
  policy: {
    mode: 'automatic',
    frozen: false,
    maxLatencyMs: 150,
    latencyMode: 'soft',
    maxShiftPercent: 2,
    overloadMaxShiftPercent: 25,
    targetUtilizationPercent: 80,
  },
  labels: { team: 'web' },
};

const addressInUse = 'TCP 203.0.113.10 port 443 already belongs to load balancer "shop"';

const noProbePort =
  'a probe needs a TCP port, and the listener on UDP ports 10000 to 19999 does not tell one; name the port to probe';
const fixedPort =
  'the listener on UDP ports 10000 to 19999 is a range, so endpoints serve on the port that the client came to; leave it out';
const marsUnused = 'this load balancer does not use "mars"; add it to its origins first';
const sumsTo90 = 'manual shares sum to 90 %, not 100 %';

export const LOAD_BALANCER_EXAMPLES: ResourceExamples = {
  name: 'shop',
  written: {
    minimal: {
      summary: 'The least that is needed',
      value: {
        name: 'shop',
        addresses: ['203.0.113.10'],
        listeners: [{ protocol: 'TCP', port: 443 }],
        origins: [{ origin: 'eu-central' }, { origin: 'us-east' }],
      },
    },
    full: { summary: 'Everything said', value: storedLoadBalancer },
    quic: {
      summary: 'HTTP/3 beside HTTPS: TCP and UDP, clients that stay, and probes over HTTPS',
      value: {
        name: 'shop',
        addresses: ['203.0.113.20'],
        listeners: [
          { protocol: 'TCP', port: 443 },
          { protocol: 'UDP', port: 443 },
        ],
        origins: [{ origin: 'eu-central' }, { origin: 'us-east' }],
        affinity: { type: 'source-ip', timeoutSeconds: 600 },
        healthCheck: { protocol: 'HTTPS', host: 'www.example.com', path: '/healthz', port: 443 },
      },
    },
    range: {
      summary: 'A range of ports over UDP, by IP in IP to servers that have the address themselves',
      value: {
        name: 'shop',
        addresses: ['203.0.113.30'],
        listeners: [{ protocol: 'UDP', port: 10000, endPort: 19999 }],
        origins: [{ origin: 'eu-central' }, { origin: 'us-east' }],
        forwarding: { method: 'tunnel' },
        distribution: 'maglev-source-ip',
        healthCheck: { protocol: 'TCP', port: 8080 },
      },
    },
  },
  stored: { summary: 'With defaults filled in', value: storedLoadBalancer },
  page: { summary: 'The only page', value: { items: [storedLoadBalancer], nextCursor: null } },
  patched: {
    damping: { summary: 'Let shares move faster', value: { policy: { maxShiftPercent: 5 } } },
    latency: { summary: 'Lift the latency limit', value: { policy: { maxLatencyMs: null } } },
    manual: {
      summary: 'Take over by hand: these shares apply at every edge, at once',
      value: { policy: { mode: 'manual', manualShares: { 'eu-central': 70, 'us-east': 30 } } },
    },
    automatic: {
      summary: 'Hand back; the shares stay written down for the next time',
      value: { policy: { mode: 'automatic' } },
    },
    sticky: {
      summary: 'Let clients keep the endpoint they had; null lets every connection choose anew',
      value: { affinity: { type: 'source-ip', timeoutSeconds: 600 } },
    },
    freeze: { summary: 'Keep the shares as they are', value: { policy: { frozen: true } } },
  },
  refusals: {
    ...commonRefusals('load balancer', 'load-balancers', 'shop'),
    write: [
      {
        code: 'invalid-resource',
        detail: 'wrong: /addresses/0, /listeners/0/port',
        instance: '/v1/load-balancers/shop',
        errors: [
          {
            pointer: '/addresses/0',
            code: 'invalid-value',
            detail: 'must be one host address, without a prefix length',
          },
          {
            pointer: '/listeners/0/port',
            code: 'invalid-value',
            detail: 'Too big: expected number to be <=65535',
          },
        ],
      },
      {
        code: 'invalid-resource',
        detail: 'there is no origin "mars"; create it first',
        instance: '/v1/load-balancers/shop',
        errors: [
          {
            pointer: '/origins/1/origin',
            code: 'unknown-origin',
            detail: 'there is no origin "mars"; create it first',
          },
        ],
      },
      {
        code: 'invalid-resource',
        detail: `${marsUnused}; ${sumsTo90}`,
        instance: '/v1/load-balancers/shop',
        errors: [
          { pointer: '/policy/manualShares/mars', code: 'origin-not-used', detail: marsUnused },
          { pointer: '/policy/manualShares', code: 'manual-shares', detail: sumsTo90 },
        ],
      },
      {
        code: 'invalid-resource',
        detail: `${fixedPort}; ${noProbePort}`,
        instance: '/v1/load-balancers/media',
        errors: [
          { pointer: '/origins/0/port', code: 'origin-port', detail: fixedPort },
          { pointer: '/healthCheck/port', code: 'probe-port', detail: noProbePort },
        ],
      },
      {
        code: 'conflict',
        detail: addressInUse,
        instance: '/v1/load-balancers/blog',
        errors: [{ pointer: '/listeners/0', code: 'address-in-use', detail: addressInUse }],
      },
    ],
    remove: [],
  },
};
