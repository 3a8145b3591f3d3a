import { Logger } from '@nestjs/common';
import type { CycleInput, CycleState, Decision, DecisionStage } from '#core/decide.js';
import type { Outcome } from '#core/guard/sound-plan.js';
import type { Configuration } from '#core/model/configuration.js';
import { emptyObservation, type Observation } from '#core/observe/observation.js';
import type { Plan } from '#core/plan/plan.js';
import type { Clock } from '#core/ports/clock.js';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import type {
  CommittedCycle,
  CycleArchive,
  CycleRecord,
  CycleTrigger,
  SchedulerMode,
  SchedulerStore,
} from '#core/ports/scheduler-store.js';
import type { TelemetrySource } from '#core/ports/telemetry-source.js';
import type { SchedulerSettings } from '#core/settings.js';
import { edgeDocuments } from '../publication/edge-documents.js';
import type { PublicationBoard } from '../publication/publication-board.js';
import type { Decider, TimedDecision } from './decider.js';

/** What a cycle came to, for metrics. */
export interface CycleReport extends Pick<Decision, 'outcome' | 'solverRescues'> {
  readonly trigger: CycleTrigger;
  readonly mode: RunningMode;
  readonly plan: Plan | null;
  readonly stageSeconds: Readonly<Partial<Record<CycleStage, number>>>;
}

type RunningMode = Exclude<SchedulerMode, 'frozen'>;

export type CycleStage = 'observe' | DecisionStage | 'publish';

export const CYCLE_FAILURES = [
  'telemetry-unavailable',
  'decision-failed',
  'solver-failure',
  'invariant-broken',
  'storage',
] as const;
export type CycleFailure = (typeof CYCLE_FAILURES)[number];

export interface CycleObserver {
  cycleEnded(report: CycleReport): Promise<void>;
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
  /** Writes the archive of a cycle whose decider wrote none, as when no decision came. */
  readonly archive: (input: CycleInput, state: CycleState) => Promise<CycleArchive>;
}

/** What one cycle is about. */
interface Circumstances {
  readonly trigger: CycleTrigger;
  readonly mode: RunningMode;
  readonly startedAtMs: number;
}

/**
 * Carries out one cycle: observe, decide, store, announce. Whatever fails, the last good plan stays in force and the
 * cycle ends without rejecting.
 */
export class CycleRunner {
  readonly #logger = new Logger('Scheduler');
  #state: CycleState | null = null;
  #loading: Promise<CycleState> | null = null;
  #lastInput: CycleInput | null = null;
  #term: number | null = null;

  constructor(private readonly parts: CycleParts) {}

  /** The plan in force; `null` before the first. */
  async plan(): Promise<Plan | null> {
    return (await this.state()).plan;
  }

  /** What the next cycle goes on from. */
  async state(): Promise<CycleState> {
    if (this.#state !== null) return this.#state;
    const loading = this.#loadOnce();
    return this.#keep(await loading, loading);
  }

  /** The plan in force, as far as it is at hand without reading anything; `null` until then. */
  planAtHand(): Plan | null {
    return this.#state?.plan ?? null;
  }

  /** What the newest cycle decided from; `null` before the first, and where that was too large to keep. */
  async lastInput(): Promise<CycleInput | null> {
    if (this.#lastInput !== null) return this.#lastInput;
    const [newest] = await this.parts.store.listCycles(1);
    return newest === undefined ? null : ((await this.parts.store.findCycle(newest.id))?.input ?? null);
  }

  /** Begins a leadership: everything published from now on outranks what was published before, and goes on from it. */
  async takeOffice(): Promise<void> {
    this.forget();
    // Seconds since the epoch outrank any term of a database that was lost or restored from an old copy.
    this.#term = await this.parts.store.beginTerm(Math.floor(this.parts.clock.nowMs() / 1_000));
  }

  /** What is known of earlier cycles is read again when it is next asked for: another leader may have run some. */
  forget(): void {
    this.#state = null;
    this.#loading = null;
    this.#lastInput = null;
  }

  async run(trigger: CycleTrigger): Promise<void> {
    try {
      const mode = await this.parts.store.loadMode();
      if (mode !== 'frozen') await this.#runUnfrozen(trigger, mode);
    } catch (error) {
      // Whether the cycle was stored is not known where the database was lost meanwhile: the next goes on from what it has.
      this.#state = null;
      this.parts.observer.cycleFailed('storage');
      this.#logger.error(`cycle abandoned, the last plan stays in force: ${describe(error)}`);
    }
  }

  async #runUnfrozen(trigger: CycleTrigger, mode: RunningMode): Promise<void> {
    const { clock, observer } = this.parts;
    const circumstances = { trigger, mode, startedAtMs: clock.nowMs() };
    const stopwatch = new Stopwatch(clock);
    const input = await stopwatch.time('observe', () => this.#collectInput(circumstances));
    this.#lastInput = input;
    const { decision, stageSeconds, archive = null } = await this.#decide(input);
    await stopwatch.time('publish', async () => {
      const durationMs = stopwatch.elapsedMs();
      const kept = archive ?? (await this.parts.archive(input, decision.state));
      await this.#commit({ ...circumstances, durationMs, outcome: decision.outcome, archive: kept }, input, decision);
    });
    const { outcome, solverRescues, state } = decision;
    await observer.cycleEnded({
      trigger,
      mode,
      outcome,
      solverRescues,
      plan: state.plan,
      stageSeconds: { ...stageSeconds, ...stopwatch.stageSeconds },
    });
  }

  async #collectInput({ trigger, startedAtMs }: Circumstances): Promise<CycleInput> {
    const { configurations, settings } = this.parts;
    const [configuration, previous] = await Promise.all([configurations.snapshot(), this.state()]);
    const observation = await this.#observe(startedAtMs, configuration);
    // However often operators write, ordinary moves keep the pace of one step per cycle.
    const isUrgent = trigger === 'urgent' || trigger === 'configuration-change';
    return { configuration, observation, previous, settings, isUrgent };
  }

  /** Without telemetry nothing is known of any pair; an empty observation freezes them all, and operators' changes still apply. */
  async #observe(nowMs: number, { origins }: Configuration): Promise<Observation> {
    const utilizationQueries = origins.flatMap(({ name, utilization }) =>
      utilization === undefined ? [] : [{ origin: name, query: utilization.query }],
    );
    try {
      return await this.parts.telemetry.observe(AbortSignal.timeout(this.parts.settings.cycleMs), utilizationQueries);
    } catch (error) {
      this.parts.observer.cycleFailed('telemetry-unavailable');
      this.#logger.warn(`no telemetry, shares stay where they are: ${describe(error)}`);
      return emptyObservation(nowMs);
    }
  }

  async #decide(input: CycleInput): Promise<TimedDecision> {
    try {
      const timed = await this.parts.decider.decide(input);
      this.#tellKept(timed.decision.outcome);
      return timed;
    } catch (error) {
      const outcome: Outcome = { kind: 'kept', cause: 'decision-failed', details: [describe(error)] };
      this.#tellKept(outcome);
      return { decision: { outcome, state: input.previous, weights: [], solverRescues: 0 }, stageSeconds: {} };
    }
  }

  #tellKept(outcome: Outcome): void {
    if (outcome.kind === 'planned') return;
    this.parts.observer.cycleFailed(outcome.cause);
    const what = outcome.kind === 'kept' ? 'the last plan stays' : `the last shares of ${outcome.pairs} pairs stay`;
    this.#logger.error(`${what} in force, ${outcome.cause}: ${outcome.details.join('; ')}`);
  }

  async #commit(
    record: CycleRecord,
    { configuration }: CycleInput,
    { state, weights }: Pick<Decision, 'state' | 'weights'>,
  ): Promise<void> {
    const { configurations, store, board } = this.parts;
    if (this.#term === null) throw new Error('a cycle ran before the scheduler took office');
    if (record.mode === 'shadow') {
      await store.commit(this.#term, record, []);
      return;
    }
    const documents = await edgeDocuments(
      configuration,
      weights,
      async (edge) => (await store.findPublishedDocument(edge))?.document,
      await configurations.deletedLoadBalancers(),
    );
    const committed = await store.commit(this.#term, record, documents);
    this.#state = state;
    board.announce([...committed.changedEdges, ...committed.withdrawnEdges]);
    this.#logCommitted(configuration, committed);
  }

  #logCommitted(configuration: Configuration, { id, published, changedEdges }: CommittedCycle): void {
    if (published === null) return;
    const { term, generation } = published;
    this.#logger.log(
      `cycle ${id} published generation ${generation} of term ${term} to ${changedEdges.length} of ${configuration.edges.length} edges`,
    );
  }

  /** A cycle may have ended while the state was read, here or elsewhere: what it left is newer. */
  #keep(stored: CycleState, loading: Promise<CycleState>): CycleState {
    if (this.#state !== null) return this.#state;
    if (this.#loading === loading) {
      this.#state = stored;
      this.#loading = null;
    }
    return stored;
  }

  /** A large state takes seconds to read; whoever asks meanwhile waits for the same. */
  #loadOnce(): Promise<CycleState> {
    if (this.#loading !== null) return this.#loading;
    const loading = this.parts.store.loadState();
    this.#loading = loading;
    loading.catch(() => {
      if (this.#loading === loading) this.#loading = null;
    });
    return loading;
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
