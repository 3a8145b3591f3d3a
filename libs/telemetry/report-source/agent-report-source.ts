import type { AgentReport, LoadBalancerReport, OriginReport } from '#contracts/agent-report.js';
import { byName, edgeName, loadBalancerName, originName, type EdgeName } from '#core/model/name.js';
import type { DemandSample, HealthSample, LoadSample, Observation, RttSample } from '#core/observe/observation.js';
import type { Clock } from '#core/ports/clock.js';
import type { TelemetrySource } from '#core/ports/telemetry-source.js';
import { ratePerSecond } from './counter-rate.js';
import { demandCounter, loadCounter, nextHistory, type EdgeHistory } from './edge-history.js';

export interface AgentReportSourceOptions {
  /** Rates are taken over this long. At least two reports must fall into it; below that an edge has no rates. */
  readonly rateWindowMs: number;
}

/**
 * Observations from what the agents themselves report, with no other system.
 *
 * Rates run on the agent's steady clock, so that a delayed report or a stepping wall clock bends none of them. Ages run on
 * ours, from a report's arrival. A silent edge keeps its last figures, ever older, until it is forgotten.
 */
export class AgentReportSource implements TelemetrySource {
  readonly #histories = new Map<EdgeName, EdgeHistory>();

  constructor(
    private readonly clock: Clock,
    private readonly options: AgentReportSourceOptions,
  ) {}

  record(report: AgentReport): void {
    const edge = edgeName(report.edge);
    const arrivedAtMs = this.clock.monotonicMs();
    this.#histories.set(edge, nextHistory(this.#histories.get(edge), report, arrivedAtMs, this.options.rateWindowMs));
  }

  /** Drops what a removed edge reported. */
  forget(edge: EdgeName): void {
    this.#histories.delete(edge);
  }

  observe(signal: AbortSignal): Promise<Observation> {
    return new Promise((resolve) => {
      signal.throwIfAborted();
      resolve(this.#observation());
    });
  }

  #observation(): Observation {
    const nowMs = this.clock.monotonicMs();
    const known = [...this.#histories]
      .sort(([left], [right]) => byName(left, right))
      .map(([edge, history]) => ({ history, at: { edge, ageMs: nowMs - history.arrivedAtMs } }));
    return {
      takenAtMs: this.clock.nowMs(),
      edges: known.map(({ at }) => at),
      demands: known.flatMap(({ history, at }) => demandsOf(history, at)),
      loads: known.flatMap(({ history, at }) => loadsOf(history, at)),
      rtts: known.flatMap(({ history, at }) => rttsOf(history, at)),
      health: known.flatMap(({ history, at }) => healthOf(history, at)),
    };
  }
}

interface At {
  readonly edge: EdgeName;
  readonly ageMs: number;
}

function demandsOf({ report, windows }: EdgeHistory, at: At): readonly DemandSample[] {
  return report.loadBalancers.flatMap(({ name }) => {
    const rate = ratePerSecond(windows.get(demandCounter(name)) ?? []);
    return rate === undefined ? [] : [{ ...at, loadBalancer: loadBalancerName(name), ratePerSecond: rate }];
  });
}

function loadsOf({ report, windows }: EdgeHistory, at: At): readonly LoadSample[] {
  return arcsOf(report).flatMap(([balancer, { origin }]) => {
    const rate = ratePerSecond(windows.get(loadCounter(balancer.name, origin)) ?? []);
    return rate === undefined ? [] : [{ ...arc(balancer, origin, at), ratePerSecond: rate }];
  });
}

function rttsOf({ report }: EdgeHistory, at: At): readonly RttSample[] {
  return arcsOf(report).flatMap(([balancer, { origin, rttMs }]) =>
    rttMs === null ? [] : [{ ...arc(balancer, origin, at), rttMs }],
  );
}

function healthOf({ report }: EdgeHistory, at: At): readonly HealthSample[] {
  return arcsOf(report).flatMap(([balancer, { origin, endpoints }]) =>
    endpoints.flatMap(({ address, up }) =>
      up === null ? [] : [{ ...arc(balancer, origin, at), endpoint: address, up }],
    ),
  );
}

function arcsOf(report: AgentReport): readonly (readonly [LoadBalancerReport, OriginReport])[] {
  return report.loadBalancers.flatMap((balancer) => balancer.origins.map((origin) => [balancer, origin] as const));
}

function arc(balancer: LoadBalancerReport, origin: string, at: At): Omit<LoadSample, 'ratePerSecond'> {
  return { ...at, loadBalancer: loadBalancerName(balancer.name), origin: originName(origin) };
}
