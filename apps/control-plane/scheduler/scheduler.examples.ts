import type { Example, Refusal } from '../openapi/documentation.js';

/** Worked examples of the scheduler's operations. */

const cycle = {
  id: 412,
  startedAt: '2026-11-21T03:00:15.000Z',
  durationMs: 12.4,
  trigger: 'timer',
  mode: 'running',
  outcome: { kind: 'planned' },
  published: { term: 1795143600, generation: 57 },
};

export const RUNNING: Example = {
  summary: 'Running, with one origin above its capacity',
  value: {
    mode: 'running',
    role: 'leader',
    term: 1795143600,
    cycleSeconds: 15,
    telemetry: 'reports',
    notices: [{ code: 'overload', origins: ['eu-central'] }],
    lastCycle: cycle,
  },
};

export const FREEZE: Example = { summary: 'Keep the last plan, decide nothing', value: { mode: 'frozen' } };

export const RESUME: Example = { summary: 'Decide again', value: { mode: 'running' } };

export const CYCLE: Example = { summary: 'A cycle that published', value: cycle };

export const CYCLES: Example = {
  summary: 'The newest, and where to go on',
  value: { items: [cycle], nextCursor: 'YWZ0ZXI6NDEy' },
};

export const STORED_CYCLE: Example = {
  summary: 'Shortened: an empty system',
  value: {
    ...cycle,
    published: null,
    input: {
      configuration: { loadBalancers: [], origins: [], edges: [] },
      observation: { takenAtMs: 1795143615000, edges: [], utilizations: [] },
      previous: { plan: null, memory: { edges: [], pairs: [], connectionTimes: [], learntRates: [] } },
      settings: { cycleMs: 15000 },
      isUrgent: false,
    },
    plan: { decidedAtMs: 1795143615000, pairs: [], origins: [], limits: [], notices: [] },
  },
};

export const UNKNOWN_MODE: Refusal = {
  code: 'invalid-resource',
  detail: 'wrong: /mode',
  instance: '/v1/scheduler',
  errors: [
    {
      pointer: '/mode',
      code: 'invalid-value',
      detail: 'Invalid option: expected one of "running"|"frozen"|"shadow"',
    },
  ],
};

export const WRONG_LIMIT: Refusal = {
  code: 'invalid-query',
  detail: 'wrong: /limit',
  instance: '/v1/scheduler/cycles?limit=0',
  errors: [{ pointer: '/limit', code: 'invalid-value', detail: 'Too small: expected number to be >=1' }],
};

export const FROZEN: Refusal = {
  code: 'conflict',
  detail: 'the scheduler is frozen; resume it first',
  instance: '/v1/scheduler/cycles',
};

export const NOT_RECORDED: Refusal = {
  code: 'unavailable',
  detail: 'the cycle could not be recorded; see the log',
  instance: '/v1/scheduler/cycles',
};

export const NO_SUCH_CYCLE: Refusal = {
  code: 'not-found',
  detail: 'there is no cycle "7", or it is no longer kept',
  instance: '/v1/scheduler/cycles/7',
};
