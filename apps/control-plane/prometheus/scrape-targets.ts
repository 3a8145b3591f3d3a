import type { Edge } from '#core/model/edge.js';
import type { EdgeName } from '#core/model/name.js';
import { type Fleet, LOST_AFTER_MS } from '../agent-channel/fleet.js';

/** What Prometheus scrapes together: here one agent. */
export interface ScrapeTarget {
  readonly targets: readonly string[];
  readonly labels: { readonly edge: EdgeName; readonly site: string; readonly region: string };
}

/**
 * One target for each declared edge whose agent told where its metrics are, heard lately or not: a target that does not
 * answer is how Prometheus notices. `null` while agents that have not been heard since this control plane started may
 * still speak up; a list without them would end their series.
 */
export function scrapeTargets(edges: readonly Edge[], fleet: Fleet): readonly ScrapeTarget[] | null {
  const reports = edges.map((edge) => ({ edge, report: fleet.find(edge.name)?.report }));
  const isComplete = fleet.listeningForMs() >= LOST_AFTER_MS || reports.every(({ report }) => report !== undefined);
  if (!isComplete) return null;
  return reports.flatMap(({ edge: { name, site, region }, report }) =>
    report?.metricsAddress === undefined
      ? []
      : [{ targets: [report.metricsAddress], labels: { edge: name, site, region } }],
  );
}
