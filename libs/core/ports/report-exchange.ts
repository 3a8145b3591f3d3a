import type { EdgeName } from '../model/name.js';

/**
 * Passes agents' reports on between the control planes of one database: an agent reports to any one of them, and each wants
 * to know how all agents are.
 *
 * Obligations: what is offered reaches every other control plane within about a second, while the database answers. Of each
 * edge only the newest report counts, and one that cannot be passed on at once may be dropped: the next comes in seconds.
 * Reports of before the start, or that were held up, are not passed on as if they were fresh.
 */
export interface ReportExchange {
  /** Never waits, never throws. `report` is text for the other control planes to make something of. */
  offer(edge: EdgeName, report: string): void;
  /** From now on `onReport` is called with each report that another control plane offered. */
  start(onReport: (report: string) => void): void;
  stop(): Promise<void>;
}
