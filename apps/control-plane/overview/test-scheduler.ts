import type { ShownScheduler } from '../scheduler/scheduler-status.js';

/** A scheduler that runs and has just decided. */
export const EXAMPLE_SCHEDULER: ShownScheduler = {
  mode: 'running',
  role: 'leader',
  term: 1,
  cycleSeconds: 15,
  telemetry: 'reports',
  notices: [],
  lastCycle: {
    id: 7,
    startedAt: '1970-01-01T00:00:01.000Z',
    durationMs: 12,
    trigger: 'timer',
    mode: 'running',
    outcome: { kind: 'planned' },
    published: null,
  },
};
