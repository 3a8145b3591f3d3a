import { bigInteger } from './big-integer.js';
import { tableEntity } from './table-entity.js';

/** The newest report of one edge, on its way to other control planes. Empty on an embedded database, which has only one. */
export interface AgentReportRow {
  readonly edge: string;
  /** Which control plane got it from the agent. */
  readonly author: string;
  readonly number: number;
  /** JSON. */
  readonly report: string;
}

export const agentReportEntity = tableEntity<AgentReportRow>('agent_reports', {
  edge: { type: 'varchar', primary: true, primaryKeyConstraintName: 'pk_agent_reports' },
  author: { type: 'varchar' },
  number: { type: 'bigint', transformer: bigInteger },
  report: { type: 'text' },
});
