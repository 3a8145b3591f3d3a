import type { AgentReport, LoadBalancerReport, OriginReport } from '#contracts/agent-report.js';
import { isUsableRate } from '#core/estimate/demand.js';
import { edgeName, type EdgeName } from '#core/model/name.js';

/** One load balancer at one origin, from one edge. */
export interface ReportedArc {
  readonly loadBalancer: string;
  readonly origin: string;
}

interface EdgeTraffic {
  readonly report: AgentReport;
  readonly arrivedAtMs: number;
  /** Connections per second by origin. */
  readonly rates: ReadonlyMap<string, number>;
}

/**
 * What the newest reports say edges send to each origin, kept up with little work for each report. Rates run between the two
 * newest reports of an edge, on the agent's own steady clock.
 */
export class ReportedTraffic {
  readonly #edges = new Map<EdgeName, EdgeTraffic>();
  #loads = new Map<string, number>();

  /**
   * Takes a report in and answers the arcs whose every endpoint is down since the report before. A duplicate, or a report
   * overtaken by a later one, changes nothing.
   */
  record(report: AgentReport, arrivedAtMs: number): readonly ReportedArc[] {
    const edge = edgeName(report.edge);
    const before = this.#edges.get(edge);
    const isContinued = before?.report.instance === report.instance;
    if (isContinued && !isLater(report, before.report)) return [];
    const rates = isContinued ? ratesBetween(before.report, report) : new Map<string, number>();
    this.#edges.set(edge, { report, arrivedAtMs, rates });
    this.#add(before?.rates, -1);
    this.#add(rates, 1);
    return before === undefined ? [] : goneArcs(before.report, report);
  }

  forget(edge: EdgeName): void {
    this.#add(this.#edges.get(edge)?.rates, -1);
    this.#edges.delete(edge);
  }

  /** Drops edges that last reported before that instant: whom they sent somewhere may be counted elsewhere by now. */
  forgetSilent(sinceMs: number): void {
    for (const [edge, { arrivedAtMs }] of this.#edges) if (arrivedAtMs < sinceMs) this.#edges.delete(edge);
    // Summed anew now and then, or rounding would add up.
    this.#loads = new Map();
    for (const { rates } of this.#edges.values()) this.#add(rates, 1);
  }

  /** New connections per second that all edges send there. */
  load(origin: string): number {
    return this.#loads.get(origin) ?? 0;
  }

  #add(rates: ReadonlyMap<string, number> | undefined, sign: 1 | -1): void {
    for (const [origin, rate] of rates ?? []) this.#loads.set(origin, this.load(origin) + sign * rate);
  }
}

function isLater(report: AgentReport, known: AgentReport): boolean {
  return report.sequence > known.sequence && report.monotonicMs > known.monotonicMs;
}

function ratesBetween(before: AgentReport, after: AgentReport): ReadonlyMap<string, number> {
  const seconds = (after.monotonicMs - before.monotonicMs) / 1_000;
  const counts = new Map<string, number>();
  forEachArc(before, after, (_balancer, earlier, later) => {
    // A counter that went down has started again at 0.
    const isReset = later.connections < earlier.connections;
    const counted = isReset ? later.connections : later.connections - earlier.connections;
    counts.set(later.origin, (counts.get(later.origin) ?? 0) + counted);
  });
  const rates = [...counts].map(([origin, count]) => [origin, count / seconds] as const);
  // The decision does not believe others either.
  return new Map(rates.filter(([, rate]) => isUsableRate(rate)));
}

function goneArcs(before: AgentReport, after: AgentReport): readonly ReportedArc[] {
  const gone: ReportedArc[] = [];
  forEachArc(before, after, ({ name }, earlier, later) => {
    if (isGone(later) && !isGone(earlier)) gone.push({ loadBalancer: name, origin: later.origin });
  });
  return gone;
}

function isGone({ endpoints }: OriginReport): boolean {
  return endpoints.length > 0 && endpoints.every(({ up }) => up === false);
}

/** Calls with each arc that both reports tell of. */
function forEachArc(
  before: AgentReport,
  after: AgentReport,
  call: (balancer: LoadBalancerReport, earlier: OriginReport, later: OriginReport) => void,
): void {
  after.loadBalancers.forEach((balancer, index) => {
    const earlier = likeliest(before.loadBalancers, index, (known) => known.name === balancer.name);
    if (earlier === undefined) return;
    balancer.origins.forEach((later, place) => {
      const known = likeliest(earlier.origins, place, (arc) => arc.origin === later.origin);
      if (known !== undefined) call(balancer, known, later);
    });
  });
}

/** Reports list the same in the same order, as a rule: looks at one place first. */
function likeliest<Item>(items: readonly Item[], index: number, isWanted: (item: Item) => boolean): Item | undefined {
  const item = items[index];
  return item !== undefined && isWanted(item) ? item : items.find(isWanted);
}
