import type { AgentReport } from '#contracts/agent-report.js';
import { withReading, type CounterReading, type CounterWindow } from './counter-rate.js';

/** What one edge reported: its newest report, when that arrived, and the recent readings of each of its counters. */
export interface EdgeHistory {
  readonly report: AgentReport;
  /** On the control plane's monotonic clock. */
  readonly arrivedAtMs: number;
  /** Only counters of the newest report: a load balancer that has gone takes its readings along. */
  readonly windows: ReadonlyMap<string, CounterWindow>;
}

/**
 * The history after `report`. A duplicate or a report overtaken by a later one of the same instance changes nothing; a new
 * instance starts afresh, since its counters began again at an instant nobody knows.
 */
export function nextHistory(
  history: EdgeHistory | undefined,
  report: AgentReport,
  arrivedAtMs: number,
  windowMs: number,
): EdgeHistory {
  const continued = history?.report.instance === report.instance ? history : undefined;
  if (continued !== undefined && !isLater(report, continued.report)) return continued;
  return { report, arrivedAtMs, windows: nextWindows(continued, report, windowMs) };
}

/** Key of the counter of connections a load balancer received. Names are DNS labels: "/" cannot occur in them. */
export function demandCounter(loadBalancer: string): string {
  return loadBalancer;
}

/** Key of the counter of connections a load balancer sent to one origin. */
export function loadCounter(loadBalancer: string, origin: string): string {
  return `${loadBalancer}/${origin}`;
}

/** Both must have moved on: without elapsed time there is no rate. */
function isLater(report: AgentReport, known: AgentReport): boolean {
  return report.sequence > known.sequence && report.monotonicMs > known.monotonicMs;
}

function nextWindows(
  continued: EdgeHistory | undefined,
  report: AgentReport,
  windowMs: number,
): ReadonlyMap<string, CounterWindow> {
  const readings = [...readingsOf(report)];
  return new Map(
    readings.map(([counter, reading]) => [
      counter,
      withReading(continued?.windows.get(counter) ?? [], reading, windowMs),
    ]),
  );
}

function* readingsOf(report: AgentReport): Generator<[counter: string, reading: CounterReading]> {
  const atMs = report.monotonicMs;
  for (const balancer of report.loadBalancers) {
    yield [demandCounter(balancer.name), { atMs, value: balancer.connections }];
    for (const { origin, connections } of balancer.origins) {
      yield [loadCounter(balancer.name, origin), { atMs, value: connections }];
    }
  }
}
