import type { SyncResult } from '../agent.js';
import type { Problem } from '../problem.js';
import { serviceKey } from '../data-plane/service.js';
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

/** One line of the same, for `systemctl status`. */
export function summariseStatus({ view }: Pick<StatusSource, 'view'>): string {
  const { applied, actual, problems } = view;
  const position =
    applied === null ? 'no configuration yet' : `generation ${applied.generation} of term ${applied.term}`;
  const worries = problems.map(({ code }) => code).join(', ');
  return [position, `${actual.length} services`, worries === '' ? 'all is well' : `to look at: ${worries}`].join('; ');
}

/**
 * That a sync that could look at the data plane ended not long ago, or that there is nothing to do yet. One that failed
 * in parts counts: starting the agent anew would repair none of them.
 */
export function isLoopTurning({ lastSync, isIdle, sinceSyncMs, patienceMs }: LoopState): boolean {
  if (isIdle) return true;
  return sinceSyncMs < patienceMs && !lastSync?.failures.some(({ code }) => code === 'data-plane-unreadable');
}

interface LoopState extends Pick<StatusSource, 'lastSync'> {
  /** There is no configuration to bring the data plane to. */
  readonly isIdle: boolean;
  /** Since the last sync ended, or since the agent started. */
  readonly sinceSyncMs: number;
  readonly patienceMs: number;
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
    announced: view.announced,
    services: view.actual,
    endpoints: endpointStates(view),
    departures: view.departures.map(({ service, ...departure }) => ({ service: serviceKey(service), ...departure })),
    errors: view.problems,
  };
}
