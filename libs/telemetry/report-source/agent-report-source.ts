import { setImmediate as breathe } from 'node:timers/promises';
import type { AgentReport } from '#contracts/agent-report.js';
import { byName, edgeName, type EdgeName } from '#core/model/name.js';
import type { EdgeObservation, Observation } from '#core/observe/observation.js';
import type { Clock } from '#core/ports/clock.js';
import type { TelemetrySource } from '#core/ports/telemetry-source.js';
import { nextHistory, type EdgeHistory } from './edge-history.js';
import { edgeObservation } from './edge-observation.js';

export interface AgentReportSourceOptions {
  /** Rates are taken over this long. At least two reports must fall into it; below that an edge has no rates. */
  readonly rateWindowMs: number;
}

/** After so many counters other work gets its turn: some milliseconds. */
const COUNTERS_PER_BREATH = 5_000;

/**
 * Observations from what the agents themselves report, with no other system; so there are no utilisations.
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

  /**
   * Tells all edges as they were known at the call, however long it takes to put that together: a report that arrives
   * meanwhile makes a new history, and is for the next observation.
   */
  async observe(signal: AbortSignal): Promise<Observation> {
    signal.throwIfAborted();
    const takenAtMs = this.clock.nowMs();
    const nowMs = this.clock.monotonicMs();
    const histories = [...this.#histories].sort(([left], [right]) => byName(left, right));
    const edges: EdgeObservation[] = [];
    let counters = 0;
    for (const [edge, history] of histories) {
      edges.push(edgeObservation(edge, history, nowMs));
      counters += history.layout.counterCount;
      if (counters < COUNTERS_PER_BREATH) continue;
      counters = 0;
      await breathe();
      signal.throwIfAborted();
    }
    return { takenAtMs, edges, utilizations: [] };
  }
}
