import type { AgentReport } from '#contracts/agent-report.js';

/** Connections counted so far, by load balancer and origin. */
export type Told = Readonly<Record<string, Readonly<Record<string, number>>>>;

interface ReportDetails extends Partial<Pick<AgentReport, 'instance' | 'monotonicMs'>> {
  /** What probes say of each origin's endpoints; one that is up when left out. */
  readonly verdicts?: Readonly<Record<string, readonly (boolean | null)[]>>;
}

/** The report of that number, where one comes every 5 s. */
export function aReport(
  edge: string,
  sequence: number,
  told: Told,
  { verdicts = {}, ...details }: ReportDetails = {},
): AgentReport {
  return {
    version: 1,
    edge,
    agentVersion: '1.0.0',
    instance: 'first',
    sequence,
    monotonicMs: sequence * 5_000,
    applied: null,
    dataPlane: 'ipvs',
    loadBalancers: Object.entries(told).map(([name, origins]) => ({
      name,
      connections: Object.values(origins).reduce((sum, count) => sum + count, 0),
      origins: Object.entries(origins).map(([origin, connections]) => ({
        origin,
        connections,
        rttMs: 5,
        endpoints: (verdicts[origin] ?? [true]).map((up, index) => ({
          address: `192.0.2.${index + 1}`,
          up,
          weight: 1,
          activeConnections: 0,
        })),
      })),
    })),
    errors: [],
    ...details,
  };
}
