import type { SyncResult } from '../agent.js';
import type { Problem } from '../problem.js';
import { endpointStates } from '../report/endpoints.js';
import type { AgentView } from '../report/view.js';

export interface StatusSource {
  readonly view: AgentView;
  readonly lastSync: SyncResult | null;
  /** Milliseconds since the Unix epoch; `null` when the control plane has not answered since the agent started. */
  readonly lastContactMs: number | null;
  readonly droppedReports: number;
  readonly agentVersion: string;
}

/** Empty when the edge serves what it was told to; else why it does not. */
export function unhealthyReasons({ view, lastSync }: Pick<StatusSource, 'view' | 'lastSync'>): readonly Problem[] {
  if (view.applied === null && lastSync === null)
    return [{ code: 'no-configuration', message: 'no configuration yet; the control plane has not been heard' }];
  return lastSync?.failures ?? [];
}

/** What a person looks at first: where the agent stands and what it forwards. */
export function describeStatus({ view, lastSync, lastContactMs, droppedReports, agentVersion }: StatusSource): object {
  return {
    edge: view.edge,
    agentVersion,
    dataPlane: view.dataPlane,
    applied: view.applied,
    lastContact: lastContactMs === null ? null : new Date(lastContactMs).toISOString(),
    lastSyncDurationMs: lastSync?.durationMs ?? null,
    droppedReports,
    services: view.actual,
    endpoints: endpointStates(view),
    errors: view.problems,
  };
}
