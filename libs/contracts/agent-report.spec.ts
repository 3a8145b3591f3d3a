import { expect, it } from 'vitest';
import { agentReportSchema } from './agent-report.js';

const REPORT = {
  version: 1,
  edge: 'ams-1',
  agentVersion: '1.0.0',
  instance: 'first',
  sequence: 1,
  monotonicMs: 0,
  applied: null,
  dataPlane: 'ipvs',
  loadBalancers: [{ name: 'shop', connections: 1, origins: [] }],
  errors: [],
};

it('leaves out what only a later version of the agent knows', () => {
  const [shop] = REPORT.loadBalancers;
  const later = { ...REPORT, novelty: 1, loadBalancers: [{ ...shop, novelty: { deep: true } }] };
  expect(agentReportSchema.parse(later)).toEqual(REPORT);
});

it('refuses a report of another version', () => {
  expect(agentReportSchema.safeParse({ ...REPORT, version: 2 }).success).toBe(false);
});
