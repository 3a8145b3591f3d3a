import type { CycleInput, CycleState, Outcome } from '../decide.js';
import type { EdgeName } from '../model/name.js';
import type { Plan } from '../plan/plan.js';

/** Where a publication stands in the order of all: a later term wins, then a later generation. */
export interface PublicationPoint {
  readonly term: number;
  readonly generation: number;
}

/** What one edge is to do, as text for its agent, without the publication point. Equal text is equal configuration. */
export interface EdgeDocument {
  readonly edge: EdgeName;
  readonly document: string;
}

export interface PublishedEdgeDocument extends EdgeDocument {
  readonly point: PublicationPoint;
}

/** `frozen`: nothing is decided, the last plan stays in force. `shadow`: decided and recorded, but not put in force. */
export type SchedulerMode = 'running' | 'frozen' | 'shadow';

export type CycleTrigger = 'timer' | 'configuration-change' | 'operator';

/** One cycle as history keeps it: everything it decided from, so that it can be decided again. */
export interface CycleRecord {
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly trigger: CycleTrigger;
  readonly mode: Exclude<SchedulerMode, 'frozen'>;
  readonly outcome: Outcome;
  readonly input: CycleInput;
  /** What the cycle decided; becomes the scheduler's state unless the cycle ran in shadow. */
  readonly state: CycleState;
}

export interface CycleSummary {
  readonly id: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly trigger: CycleTrigger;
  readonly mode: Exclude<SchedulerMode, 'frozen'>;
  readonly outcome: Outcome;
  /** Set when the cycle changed what some edge is to do. */
  readonly published: PublicationPoint | null;
}

export interface StoredCycle extends CycleSummary {
  readonly input: CycleInput;
  readonly plan: Plan | null;
}

/** What committing a cycle came to. */
export interface CommittedCycle {
  readonly id: number;
  readonly published: PublicationPoint | null;
  /** Edges whose document changed. */
  readonly changedEdges: readonly EdgeName[];
}

/**
 * Keeps the scheduler's state, its history, and what was published.
 *
 * Obligations: `commit` stores the record, the state and the documents together or not at all; edges whose document is
 * new or differs get the next generation under `term`, edges no longer named lose theirs, and when nothing differs no
 * generation is used up. A shadow cycle's record is stored, and nothing else changes (its `documents` are empty). A document is stored before anybody can read it. History older than the newest
 * `cyclesKept` is dropped. Terms and generations never go back: `commit` under a term that is over throws `SupersededTerm`.
 */
export interface SchedulerStore {
  /** Starts a new leadership and answers its term: above every term before, and at least `atLeast`. */
  beginTerm(atLeast: number): Promise<number>;
  loadMode(): Promise<SchedulerMode>;
  saveMode(mode: SchedulerMode): Promise<void>;
  loadState(): Promise<CycleState>;
  commit(term: number, record: CycleRecord, documents: readonly EdgeDocument[]): Promise<CommittedCycle>;
  /** Newest first, before the cycle with id `before` when given. */
  listCycles(limit: number, before?: number): Promise<readonly CycleSummary[]>;
  findCycle(id: number): Promise<StoredCycle | null>;
  publishedDocuments(): Promise<readonly PublishedEdgeDocument[]>;
  findPublishedDocument(edge: EdgeName): Promise<PublishedEdgeDocument | null>;
}

/** A leader that was replaced tried to commit. What it decided must not undo what its successor published. */
export class SupersededTerm extends Error {
  override readonly name = 'SupersededTerm';

  constructor(
    readonly term: number,
    readonly currentTerm: number,
  ) {
    super(`scheduler term ${term} is over, term ${currentTerm} leads; this scheduler must stop`);
  }
}
