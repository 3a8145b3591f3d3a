import type { AgentReport } from '#contracts/agent-report.js';
import { withReading, type CounterReading, type CounterWindow } from './counter-rate.js';
import { countersOf, isLaidOutAs, layoutOf, rearrangement, type ReportLayout } from './report-layout.js';

/** What one edge reported: its newest report, when that arrived, and the recent readings of its counters. Never changed. */
export interface EdgeHistory {
  readonly report: AgentReport;
  /** On the control plane's monotonic clock. */
  readonly arrivedAtMs: number;
  readonly layout: ReportLayout;
  /** Only counters of the newest report: a load balancer that has gone takes its readings along. */
  readonly window: CounterWindow;
  /** The instance before this one; a report of its may still be under way. */
  readonly formerInstance: string | null;
}

/**
 * The history after `report`. A duplicate and a report that was overtaken by a later one change nothing. A new instance
 * starts afresh, since its counters began again at an instant nobody knows; so does one whose steady clock went back.
 */
export function nextHistory(
  history: EdgeHistory | undefined,
  report: AgentReport,
  arrivedAtMs: number,
  windowMs: number,
): EdgeHistory {
  if (history === undefined) return firstHistory(report, arrivedAtMs, null);
  const { report: known, formerInstance } = history;
  if (report.instance !== known.instance) {
    // Once the newer of two instances is silent, the other one counts after all: two agents may have been given one name.
    const isOvertaken = report.instance === formerInstance && arrivedAtMs - history.arrivedAtMs <= windowMs;
    return isOvertaken ? history : firstHistory(report, arrivedAtMs, known.instance);
  }
  // Without elapsed time there is no rate.
  if (report.sequence <= known.sequence || report.monotonicMs === known.monotonicMs) return history;
  if (report.monotonicMs < known.monotonicMs) return firstHistory(report, arrivedAtMs, formerInstance);
  return continuedHistory(history, report, arrivedAtMs, windowMs);
}

function firstHistory(report: AgentReport, arrivedAtMs: number, formerInstance: string | null): EdgeHistory {
  const layout = layoutOf(report);
  return { report, arrivedAtMs, layout, window: [readingOf(report, layout)], formerInstance };
}

function continuedHistory(
  history: EdgeHistory,
  report: AgentReport,
  arrivedAtMs: number,
  windowMs: number,
): EdgeHistory {
  const layout = isLaidOutAs(report, history.layout) ? history.layout : layoutOf(report);
  const window = withReading(windowIn(layout, history), readingOf(report, layout), windowMs);
  return { report, arrivedAtMs, layout, window, formerInstance: history.formerInstance };
}

function windowIn(layout: ReportLayout, history: EdgeHistory): CounterWindow {
  if (layout === history.layout) return history.window;
  const rearrange = rearrangement(history.layout, layout);
  return history.window.map(({ atMs, values }) => ({ atMs, values: rearrange(values) }));
}

function readingOf(report: AgentReport, layout: ReportLayout): CounterReading {
  return { atMs: report.monotonicMs, values: countersOf(report, layout) };
}
