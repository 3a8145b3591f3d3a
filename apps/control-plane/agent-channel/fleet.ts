import type { AgentReport } from '#contracts/agent-report.js';
import type { EdgeName } from '#core/model/name.js';
import type { Clock } from '#core/ports/clock.js';

/** Agents report every 5 s; three missed reports are a lost agent. */
export const LOST_AFTER_MS = 15_000;

/** The last an edge said of itself, and how long ago. */
export interface FleetEntry {
  readonly report: AgentReport;
  readonly ageMs: number;
}

/** What agents last reported, kept in memory: a restart forgets it, and the next reports bring it back. */
export class Fleet {
  readonly #lastReports = new Map<EdgeName, { readonly report: AgentReport; readonly arrivedMs: number }>();

  readonly #listeningSinceMs: number;

  constructor(private readonly clock: Clock) {
    this.#listeningSinceMs = clock.monotonicMs();
  }

  /** How long agents have been listened to: what was not heard within the first seconds may still come. */
  listeningForMs(): number {
    return this.clock.monotonicMs() - this.#listeningSinceMs;
  }

  /** A report that was overtaken by a later one on its way changes nothing. */
  record(edge: EdgeName, report: AgentReport): void {
    const last = this.#lastReports.get(edge);
    if (last !== undefined && isOvertaken(report, last.report)) return;
    this.#lastReports.set(edge, { report, arrivedMs: this.clock.monotonicMs() });
  }

  find(edge: EdgeName): FleetEntry | null {
    const last = this.#lastReports.get(edge);
    return last === undefined ? null : { report: last.report, ageMs: this.clock.monotonicMs() - last.arrivedMs };
  }

  forget(edge: EdgeName): void {
    this.#lastReports.delete(edge);
  }
}

function isOvertaken(report: AgentReport, last: AgentReport): boolean {
  return report.instance === last.instance && report.sequence < last.sequence;
}
