import type { AgentReport } from '#contracts/agent-report.js';
import type { EdgeConfiguration } from '#contracts/edge-configuration.js';
import type { Example, Refusal } from '../openapi/documentation.js';

/** Worked examples of what agents get and say. */

const configuration: EdgeConfiguration = {
  version: 1,
  edge: 'ams-1',
  term: 1795143600,
  generation: 57,
  state: 'active',
  loadBalancers: [
    {
      name: 'shop',
      addresses: ['203.0.113.10'],
      listeners: [{ protocol: 'TCP', port: 443 }],
      distribution: 'maglev-5-tuple',
      forwarding: { method: 'masquerade', sourceNat: true },
      endpoints: [
        { origin: 'eu-central', address: '198.51.100.11', port: 8443, weight: 48 },
        { origin: 'us-east', address: '192.0.2.21', port: 8443, weight: 2 },
      ],
      healthCheck: { protocol: 'TCP', intervalMs: 2000, timeoutMs: 1000, unhealthyThreshold: 3, healthyThreshold: 2 },
    },
  ],
};

export const CONFIGURATION: Example = { summary: 'One load balancer with two origins', value: configuration };

const report: AgentReport = {
  version: 1,
  edge: 'ams-1',
  agentVersion: '0.1.0',
  instance: '6f9f6b6e-6a3f-4f0e-9d9b-0f3a5a4f5f10',
  sequence: 12,
  monotonicMs: 60_000,
  applied: { term: 1795143600, generation: 57 },
  dataPlane: 'ipvs',
  loadBalancers: [
    {
      name: 'shop',
      connections: 24_000,
      origins: [
        {
          origin: 'eu-central',
          connections: 23_040,
          rttMs: 8.2,
          lossRatio: 0,
          endpoints: [{ address: '198.51.100.11', up: true, weight: 48, activeConnections: 41 }],
        },
      ],
    },
  ],
  departures: [
    {
      service: 'TCP 203.0.113.10:443',
      destination: '198.51.100.12:8443',
      loadBalancer: 'shop',
      origin: 'eu-central',
      connections: 7,
      secondsLeft: 214,
    },
  ],
  announced: ['203.0.113.10'],
  metricsAddress: '192.0.2.1:9470',
  errors: [],
};

export const REPORT: Example = { summary: 'Five seconds after the last', value: report };

export const NO_EDGE: Refusal = {
  code: 'not-found',
  detail: 'there is no edge "ghost"; create it first, its agent keeps what it has',
  instance: '/v1/agent/configuration?edge=ghost',
};

export const NO_NAME: Refusal = {
  code: 'invalid-query',
  detail: 'wrong: /edge',
  instance: '/v1/agent/configuration',
  errors: [{ pointer: '/edge', code: 'missing-field', detail: 'Invalid input: expected string, received undefined' }],
};

export const WRONG_REPORT: Refusal = {
  code: 'invalid-resource',
  detail: 'wrong: /sequence',
  instance: '/v1/agent/reports',
  errors: [{ pointer: '/sequence', code: 'invalid-value', detail: 'Too small: expected number to be >0' }],
};
