import type { AgentReport } from '#contracts/agent-report.js';

/** What stands in every report; a test says what it is about. */
type Told = Partial<AgentReport>;

const REPORT_INTERVAL_MS = 5_000;

/** The report of that number, where one comes every five seconds and the agent never started again. */
export function anAgentReport(edge: string, sequence: number, told: Told = {}): AgentReport {
  return {
    version: 1,
    edge,
    agentVersion: '0.1.0',
    instance: 'first',
    sequence,
    monotonicMs: sequence * REPORT_INTERVAL_MS,
    applied: null,
    dataPlane: 'userspace',
    loadBalancers: [],
    errors: [],
    ...told,
  };
}

type OriginReport = AgentReport['loadBalancers'][number]['origins'][number];

interface OriginCounts {
  readonly connections: number;
  readonly rttMs: number | null;
  readonly address: string;
  readonly weight?: number;
  readonly activeConnections?: number;
}

/** An origin with one endpoint, which is up. */
export function anOriginReport(
  origin: string,
  { connections, rttMs, address, weight = 1, activeConnections = 0 }: OriginCounts,
): OriginReport {
  return { origin, connections, rttMs, endpoints: [{ address, up: true, weight, activeConnections }] };
}
