import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { SCHEDULER_MODES, type SchedulerMode } from '#core/ports/scheduler-store.js';
import { labelNames, metricNames } from './metric-names.js';

export interface ShareFigure {
  readonly loadBalancer: string;
  /** Left out when the share is that of all edges together. */
  readonly edge?: string | undefined;
  readonly origin: string;
  /** 0 to 1. */
  readonly share: number;
}

export interface OriginFigure {
  readonly origin: string;
  /** Connections per second. */
  readonly load: number;
  /** Connections per second; left out when unlimited. */
  readonly capacity?: number | undefined;
  /** Seconds of latency saved for each connection that one more unit of capacity takes; left out when unknown. */
  readonly shadowPriceSeconds?: number | undefined;
}

export interface AgentFigure {
  readonly edge: string;
  readonly isConnected: boolean;
  /** How long the edge has been without the newest publication; 0 when it has applied it. */
  readonly publicationLagSeconds: number;
}

export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

const { loadBalancer, edge, origin, stage, reason, trigger, mode } = labelNames;

/** From a pure stage of a small installation to a solver at its deadline. */
const stageBucketsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Plans fill origins up to their capacity, and measurements have noise: up to here above it an origin is full, no more. */
const OVERLOAD_TOLERANCE = 0.005;

/**
 * What the control plane shows of itself at `/metrics`. Each instance has a registry of its own.
 *
 * Methods that take a list replace all series of their metrics, so that whatever was deleted leaves no frozen figure behind.
 */
export class ControlPlaneMetrics {
  readonly #registry = new Registry();

  readonly #cycleDuration = new Histogram({
    ...this.#metric(metricNames.cycleDuration, 'Duration of each stage of a cycle.', stage),
    buckets: stageBucketsSeconds,
  });
  readonly #cycleFailures = new Counter(
    this.#metric(metricNames.cycleFailures, 'Cycles that left the last good plan standing, by cause.', reason),
  );
  readonly #cycleTrigger = new Counter(
    this.#metric(metricNames.cycleTrigger, 'Cycles that were run, by what started them.', trigger),
  );
  readonly #solverRescues = new Counter(
    this.#metric(metricNames.cycleSolverRescues, 'Parts of a problem that one solver failed on and another solved.'),
  );
  readonly #objectiveLatency = new Gauge(
    this.#metric(
      metricNames.objectiveLatency,
      'Mean round-trip time of connections with the shares decided last; absent without demand.',
    ),
  );
  readonly #share = new Gauge(
    this.#metric(
      metricNames.share,
      "Fraction of an edge's demand for a load balancer that goes to an origin; above 20,000 of them, of the demand of all " +
        'edges together, without an edge.',
      loadBalancer,
      edge,
      origin,
    ),
  );
  readonly #shareShift = new Counter(
    this.#metric(metricNames.shareShift, 'Share moved between origins, by the reason of the change.', reason),
  );
  readonly #originLoad = new Gauge(
    this.#metric(metricNames.originLoad, 'Connections per second an origin gets.', origin),
  );
  readonly #originCapacity = new Gauge(
    this.#metric(
      metricNames.originCapacity,
      'Connections per second an origin can take; absent when unlimited.',
      origin,
    ),
  );
  readonly #originOverload = new Counter(
    this.#metric(metricNames.originOverload, 'Time an origin spent above its capacity.', origin),
  );
  readonly #originShadowPrice = new Gauge(
    this.#metric(
      metricNames.originShadowPrice,
      'Time that capacity for one more connection at an origin would save; absent when unknown.',
      origin,
    ),
  );
  readonly #staleInputs = new Gauge(
    this.#metric(metricNames.staleInputs, 'Inputs of the last cycle that were too old to act on.'),
  );
  readonly #unusableFigures = new Gauge(
    this.#metric(metricNames.unusableFigures, 'Figures of the last cycle that made no sense and were left out.'),
  );
  readonly #publicationLag = new Gauge(
    this.#metric(metricNames.publicationLag, 'How long an edge has been without the newest publication.', edge),
  );
  readonly #agentsConnected = new Gauge(
    this.#metric(metricNames.agentsConnected, 'Edge agents that are in contact with this control plane.'),
  );
  readonly #agentConnected = new Gauge(
    this.#metric(
      metricNames.agentConnected,
      '1 while the agent of an edge is in contact with this control plane.',
      edge,
    ),
  );
  readonly #schedulerMode = new Gauge(
    this.#metric(metricNames.schedulerMode, '1 for the mode the scheduler is in, 0 for the others.', mode),
  );
  readonly #leader = new Gauge(
    this.#metric(metricNames.leader, '1 on the control plane whose scheduler leads, 0 on the others.'),
  );

  constructor() {
    // A gauge without labels begins at 0, and no latency is 0.
    this.#objectiveLatency.remove();
    collectDefaultMetrics({ register: this.#registry });
  }

  recordStage(stageName: string, seconds: number): void {
    this.#cycleDuration.observe({ [stage]: stageName }, seconds);
  }

  /** Whatever may fail has a series from the start: a counter that appears with the first failure hides it from `increase`. */
  expectFailures(failures: readonly string[]): void {
    for (const failure of failures) this.#cycleFailures.inc({ [reason]: failure }, 0);
  }

  recordFailure(failure: string): void {
    this.#cycleFailures.inc({ [reason]: failure });
  }

  /** `cause` is what started a cycle. */
  recordTrigger(cause: string): void {
    this.#cycleTrigger.inc({ [trigger]: cause });
  }

  recordSolverRescues(count: number): void {
    this.#solverRescues.inc(count);
  }

  /** Weighted by demand; `null` when there is none. */
  recordObjectiveLatency(seconds: number | null): void {
    if (seconds === null) this.#objectiveLatency.remove();
    else this.#objectiveLatency.set(seconds);
  }

  recordShares(figures: readonly ShareFigure[]): void {
    this.#share.reset();
    for (const figure of figures) {
      this.#share.set(
        {
          [loadBalancer]: figure.loadBalancer,
          ...(figure.edge !== undefined && { [edge]: figure.edge }),
          [origin]: figure.origin,
        },
        figure.share,
      );
    }
  }

  /** `share` is what left an origin, 0 to 1: a move of two points from one origin to another is 0.02. */
  recordShift(cause: string, share: number): void {
    this.#shareShift.inc({ [reason]: cause }, share);
  }

  /** `elapsedSeconds` is how long these figures have held: overload is counted for that long. */
  recordOrigins(figures: readonly OriginFigure[], elapsedSeconds: number): void {
    this.#originLoad.reset();
    this.#originCapacity.reset();
    this.#originShadowPrice.reset();
    for (const figure of figures) this.#recordOrigin(figure, elapsedSeconds);
  }

  /** Whoever leads no more has no plan to show: its figures would stay for ever beside those of its successor. */
  recordLeader(isLeading: boolean): void {
    this.#leader.set(isLeading ? 1 : 0);
    if (isLeading) return;
    for (const ofPlan of [this.#share, this.#originLoad, this.#originCapacity, this.#originShadowPrice]) ofPlan.reset();
    this.#objectiveLatency.remove();
    this.#staleInputs.set(0);
    this.#unusableFigures.set(0);
  }

  recordStaleInputs(count: number): void {
    this.#staleInputs.set(count);
  }

  recordUnusableFigures(count: number): void {
    this.#unusableFigures.set(count);
  }

  recordAgents(figures: readonly AgentFigure[]): void {
    this.#publicationLag.reset();
    this.#agentConnected.reset();
    for (const figure of figures) {
      this.#publicationLag.set({ [edge]: figure.edge }, figure.publicationLagSeconds);
      this.#agentConnected.set({ [edge]: figure.edge }, figure.isConnected ? 1 : 0);
    }
    this.#agentsConnected.set(figures.filter(({ isConnected }) => isConnected).length);
  }

  recordMode(current: SchedulerMode): void {
    for (const each of SCHEDULER_MODES) this.#schedulerMode.set({ [mode]: each }, each === current ? 1 : 0);
  }

  /** The text a Prometheus server scrapes, with the media type it must be served as. */
  async exposition(): Promise<Exposition> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #recordOrigin({ origin: name, load, capacity, shadowPriceSeconds }: OriginFigure, elapsedSeconds: number): void {
    this.#originLoad.set({ [origin]: name }, load);
    if (capacity !== undefined) this.#originCapacity.set({ [origin]: name }, capacity);
    if (shadowPriceSeconds !== undefined) this.#originShadowPrice.set({ [origin]: name }, shadowPriceSeconds);
    const isOverloaded = capacity !== undefined && load > capacity * (1 + OVERLOAD_TOLERANCE);
    // An origin that is well starts its series at 0, or the first overload would be no increase to `rate`.
    this.#originOverload.inc({ [origin]: name }, isOverloaded ? elapsedSeconds : 0);
  }

  #metric<Label extends string>(
    name: string,
    help: string,
    ...labels: Label[]
  ): { name: string; help: string; labelNames: Label[]; registers: Registry[] } {
    return { name, help, labelNames: labels, registers: [this.#registry] };
  }
}
