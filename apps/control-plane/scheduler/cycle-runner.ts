import { Logger } from '@nestjs/common';
import type { CycleInput, CycleState, Decision, DecisionStage, Outcome } from '#core/decide.js';
import type { Configuration } from '#core/model/configuration.js';
import type { Observation } from '#core/observe/observation.js';
import type { Plan } from '#core/plan/plan.js';
import type { Clock } from '#core/ports/clock.js';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import type { CommittedCycle, CycleTrigger, SchedulerMode, SchedulerStore } from '#core/ports/scheduler-store.js';
import type { TelemetrySource } from '#core/ports/telemetry-source.js';
import type { SchedulerSettings } from '#core/settings.js';
import { edgeDocuments } from '../publication/edge-documents.js';
import type { PublicationBoard } from '../publication/publication-board.js';
import type { Decider, TimedDecision } from './decider.js';

/** What a cycle came to, for metrics. */
export interface CycleReport {
  readonly mode: Exclude<SchedulerMode, 'frozen'>;
  readonly outcome: Outcome;
  readonly plan: Plan | null;
  readonly stageSeconds: Readonly<Partial<Record<CycleStage, number>>>;
}

export type CycleStage = 'observe' | DecisionStage | 'publish';

export type CycleFailure =
  'telemetry-unavailable' | 'decision-failed' | 'solver-failure' | 'invariant-broken' | 'storage';

export interface CycleObserver {
  cycleEnded(report: CycleReport): void;
  cycleFailed(failure: CycleFailure): void;
}

/** The parts a cycle is made of. */
export interface CycleParts {
  readonly configurations: ConfigurationStore;
  readonly store: SchedulerStore;
  readonly telemetry: TelemetrySource;
  readonly decider: Decider;
  readonly board: PublicationBoard;
  readonly observer: CycleObserver;
  readonly clock: Clock;
  readonly settings: SchedulerSettings;
}

/**
 * Carries out one cycle: observe, decide, store, announce. Whatever fails, the last good plan stays in force and the
 * cycle ends without rejecting.
 */
export class CycleRunner {
  readonly #logger = new Logger('Scheduler');
  #state: CycleState | null = null;
  #term: number | null = null;

  constructor(private readonly parts: CycleParts) {}

  /** The plan in force; `null` before the first. */
  async plan(): Promise<Plan | null> {
    return (await this.#currentState()).plan;
  }

  /** Begins a leadership: everything published from now on outranks what was published before. */
  async takeOffice(): Promise<void> {
    // Seconds since the epoch outrank any term of a database that was lost or restored from an old copy.
    this.#term = await this.parts.store.beginTerm(Math.floor(this.parts.clock.nowMs() / 1_000));
  }

  async run(trigger: CycleTrigger): Promise<void> {
    try {
      const mode = await this.parts.store.loadMode();
      if (mode !== 'frozen') await this.#runUnfrozen(trigger, mode);
    } catch (error) {
      this.parts.observer.cycleFailed('storage');
      this.#logger.error(`cycle abandoned, the last plan stays in force: ${describe(error)}`);
    }
  }

  async #runUnfrozen(trigger: CycleTrigger, mode: Exclude<SchedulerMode, 'frozen'>): Promise<void> {
    const { configurations, clock, settings, observer } = this.parts;
    const startedAtMs = clock.nowMs();
    const stopwatch = new Stopwatch(clock);
    const [configuration, previous] = await Promise.all([configurations.snapshot(), this.#currentState()]);
    const observation = await stopwatch.time('observe', () => this.#observe(startedAtMs));
    const input: CycleInput = { configuration, observation, previous, settings };
    const { decision, stageSeconds } = await this.#decide(input);
    await stopwatch.time('publish', () =>
      this.#commit(trigger, mode, startedAtMs, stopwatch.elapsedMs(), input, decision),
    );
    const { outcome, state } = decision;
    observer.cycleEnded({
      mode,
      outcome,
      plan: state.plan,
      stageSeconds: { ...stageSeconds, ...stopwatch.stageSeconds },
    });
  }

  /** Without telemetry nothing is known of any pair; an empty observation freezes them all, and operators' changes still apply. */
  async #observe(nowMs: number): Promise<Observation> {
    try {
      return await this.parts.telemetry.observe(AbortSignal.timeout(this.parts.settings.cycleMs));
    } catch (error) {
      this.parts.observer.cycleFailed('telemetry-unavailable');
      this.#logger.warn(`no telemetry, shares stay where they are: ${describe(error)}`);
      return { takenAtMs: nowMs, edges: [], demands: [], loads: [], rtts: [], health: [] };
    }
  }

  async #decide(input: CycleInput): Promise<TimedDecision> {
    try {
      const timed = await this.parts.decider.decide(input);
      const { outcome } = timed.decision;
      if (outcome.kind === 'kept') {
        this.parts.observer.cycleFailed(outcome.cause);
        this.#logger.error(`the last plan stays in force, ${outcome.cause}: ${outcome.details.join('; ')}`);
      }
      return timed;
    } catch (error) {
      this.parts.observer.cycleFailed('decision-failed');
      this.#logger.error(`the last plan stays in force, no decision: ${describe(error)}`);
      const outcome: Outcome = { kind: 'kept', cause: 'decision-failed', details: [describe(error)] };
      return { decision: { outcome, state: input.previous, weights: [] }, stageSeconds: {} };
    }
  }

  async #commit(
    trigger: CycleTrigger,
    mode: Exclude<SchedulerMode, 'frozen'>,
    startedAtMs: number,
    durationMs: number,
    input: CycleInput,
    { outcome, state, weights }: Decision,
  ): Promise<void> {
    const { store, board } = this.parts;
    if (this.#term === null) throw new Error('a cycle ran before the scheduler took office');
    const record = { startedAtMs, durationMs, trigger, mode, outcome, input, state };
    const published = mode === 'shadow' ? [] : await store.publishedDocuments();
    const documents = mode === 'shadow' ? [] : edgeDocuments(input.configuration, weights, published);
    const committed = await store.commit(this.#term, record, documents);
    if (mode === 'shadow') return;
    this.#state = state;
    const declared = new Set(input.configuration.edges.map((edge) => edge.name));
    const withdrawn = published.map(({ edge }) => edge).filter((edge) => !declared.has(edge));
    board.announce([...committed.changedEdges, ...withdrawn]);
    this.#logCommitted(input.configuration, committed);
  }

  #logCommitted(configuration: Configuration, { id, published, changedEdges }: CommittedCycle): void {
    if (published === null) return;
    const { term, generation } = published;
    this.#logger.log(
      `cycle ${id} published generation ${generation} of term ${term} to ${changedEdges.length} of ${configuration.edges.length} edges`,
    );
  }

  async #currentState(): Promise<CycleState> {
    if (this.#state !== null) return this.#state;
    const stored = await this.parts.store.loadState();
    // A cycle may have ended meanwhile; what it left is newer than what was read.
    return (this.#state ??= stored);
  }
}

/** Takes the time of stages on a clock that never steps. */
class Stopwatch {
  readonly stageSeconds: Partial<Record<CycleStage, number>> = {};
  readonly #startedAtMs: number;

  constructor(private readonly clock: Clock) {
    this.#startedAtMs = clock.monotonicMs();
  }

  elapsedMs(): number {
    return this.clock.monotonicMs() - this.#startedAtMs;
  }

  async time<T>(stage: CycleStage, run: () => Promise<T>): Promise<T> {
    const before = this.clock.monotonicMs();
    const answer = await run();
    this.stageSeconds[stage] = (this.clock.monotonicMs() - before) / 1_000;
    return answer;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
