import type { Observation } from '../observe/observation.js';

/**
 * Where observations come from: agents' reports, or Prometheus.
 *
 * Obligations: answers within its own time-out or rejects; never invents a figure — what it does not know is absent,
 * what it knows from earlier carries its age; two calls do not disturb each other; stops when `signal` aborts.
 */
export interface TelemetrySource {
  observe(signal: AbortSignal): Promise<Observation>;
}
