import type { OriginName } from '../model/name.js';
import type { Observation } from '../observe/observation.js';

/** A question operators put beside an origin: PromQL that answers its utilisation, 0 to 1. */
export interface UtilizationQuery {
  readonly origin: OriginName;
  readonly query: string;
}

/**
 * Where observations come from: agents' reports, or Prometheus.
 *
 * Obligations: answers within its own time-out or rejects; never invents a figure — what it does not know is absent,
 * what it knows from earlier carries its age; two calls do not disturb each other; stops when `signal` aborts; one
 * utilisation query that fails leaves out its own figure and no other.
 */
export interface TelemetrySource {
  observe(signal: AbortSignal, utilizationQueries: readonly UtilizationQuery[]): Promise<Observation>;
}
