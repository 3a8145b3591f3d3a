import type { Example, Refusal } from '../openapi/documentation.js';

/** Worked examples of events. */

const before = { name: 'ams-1', site: 'ams', region: 'eu', state: 'active', labels: {} };

const drained = {
  sequence: 1042,
  at: '2026-11-25T09:10:00.000Z',
  type: 'audit.changed',
  resource: 'edges/ams-1',
  actor: 'deployer',
  requestId: '1f9a6c1e-7b0e-4a53-8d7c-0c5f2f0b7a11',
  summary: 'deployer changed edges/ams-1',
  before,
  after: { ...before, state: 'draining' },
};

const overloaded = {
  sequence: 1041,
  at: '2026-11-25T09:09:45.000Z',
  type: 'decision.noticed',
  resource: 'origins/eu-central',
  actor: null,
  requestId: null,
  summary: 'eu-central is expected above its capacity',
  before: null,
  after: null,
};

export const PAGE: Example = {
  summary: 'The newest, and where to go on',
  value: { items: [drained, overloaded], nextCursor: 'YWZ0ZXI6MTA0MQ' },
};

export const STREAM: Example = {
  summary: 'One event',
  value: `id: 1041\nevent: decision.noticed\ndata: ${JSON.stringify(overloaded)}\n\n`,
};

export const STREAM_WITH_CYCLES: Example = {
  summary: 'One cycle, for those who asked to hear of them',
  value: 'event: cycle\ndata: {"id":412}\n\n',
};

export const WRONG_TYPE: Refusal = {
  code: 'invalid-query',
  detail: 'wrong: /type',
  instance: '/v1/events?type=weather',
  errors: [{ pointer: '/type', code: 'invalid-value', detail: 'Invalid option: expected one of "audit"|"decision"|…' }],
};

export const TOO_MANY_LISTENERS: Refusal = {
  code: 'busy',
  detail: 'too many listen already; come back later',
  instance: '/v1/events/stream',
  retryAfterSeconds: 5,
};
