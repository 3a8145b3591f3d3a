import type { Example, Refusal } from '../openapi/documentation.js';

/** Worked examples of what a Prometheus gets. */

export const TARGETS: Example = {
  summary: 'Two agents',
  value: [
    { targets: ['192.0.2.1:9470'], labels: { edge: 'ams-1', site: 'ams', region: 'eu' } },
    { targets: ['nyc-1.example.net:9470'], labels: { edge: 'nyc-1', site: 'nyc', region: 'us' } },
  ],
};

export const NO_TARGETS: Example = { summary: 'No agent has reported where its metrics are', value: [] };

export const JUST_STARTED: Refusal = {
  code: 'unavailable',
  detail: 'not every agent has been heard since the control plane started; keep the targets you have',
  instance: '/v1/prometheus/targets',
  retryAfterSeconds: 5,
};
