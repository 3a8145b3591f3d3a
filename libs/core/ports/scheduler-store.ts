import type { CycleInput, CycleState } from '../decide.js';
import type { Outcome } from '../guard/sound-plan.js';
import type { NewEvent } from '../model/event.js';
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

/** What an edge was last told, and since when. */
export interface EdgePublication {
  readonly edge: EdgeName;
  readonly point: PublicationPoint;
}

export interface PublishedEdgeDocument extends EdgeDocument, EdgePublication {}

/** `frozen`: nothing is decided, the last plan stays in force. `shadow`: decided and recorded, but not put in force. */
export const SCHEDULER_MODES = ['running', 'frozen', 'shadow'] as const;
export type SchedulerMode = (typeof SCHEDULER_MODES)[number];

export interface ModeChange {
  readonly mode: SchedulerMode;
  readonly events?: readonly NewEvent[];
}

/** `urgent`: reports showed an origin overloaded or gone between two ordinary cycles. */
export type CycleTrigger = 'timer' | 'configuration-change' | 'operator' | 'urgent';

declare const archived: unique symbol;

/** A document as history keeps it: bytes for a store alone to read. Whoever decided writes them, so that no other need. */
export type Archived<Document> = Uint8Array & { readonly [archived]: Document };

/** What a cycle decided from and what it decided. */
export interface CycleArchive {
  /** Everything the cycle decided from, so that it can be decided again; `null` when that is too large to keep. */
  readonly input: Archived<CycleInput> | null;
  /** Becomes the scheduler's state unless the cycle ran in shadow. */
  readonly state: Archived<CycleState>;
  readonly plan: Archived<Plan | null>;
}

/** One cycle as history keeps it. */
export interface CycleRecord {
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly trigger: CycleTrigger;
  readonly mode: Exclude<SchedulerMode, 'frozen'>;
  readonly outcome: Outcome;
  readonly archive: CycleArchive;
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
  /** `null` when it was too large to keep. */
  readonly input: CycleInput | null;
  readonly plan: Plan | null;
}

/** What committing a cycle came to. */
export interface CommittedCycle {
  readonly id: number;
  readonly published: PublicationPoint | null;
  /** Edges whose document changed. */
  readonly changedEdges: readonly EdgeName[];
  /** Edges that lost their document. */
  readonly withdrawnEdges: readonly EdgeName[];
}

/**
 * Keeps the scheduler's state, its history, and what was published.
 *
 * Obligations: `commit` stores the record, the state and the documents together or not at all; edges whose document is
 * new or differs get the next generation under `term`, edges no longer named lose theirs, and when nothing differs no
 * generation is used up. A shadow cycle's record is stored, and nothing else changes (its `documents` are empty). A document
 * is stored before anybody can read it. History older than the newest `cyclesKept`, or beyond `historyBytes` of archives, is
 * dropped; the newest cycle stays, whatever its size. Terms and generations never go back: `commit` under a term that is
 * over throws `SupersededTerm`. Commits take effect in the order they are asked for.
 */
export interface SchedulerStore {
  /** Starts a new leadership and answers its term: above every term before, and at least `atLeast`. */
  beginTerm(atLeast: number): Promise<number>;
  /** The newest term; 0 before the first. */
  loadTerm(): Promise<number>;
  loadMode(): Promise<SchedulerMode>;
  /**
   * Hands `decide` the mode as it is with no other change of it under way, and stores the mode it answers, together with its
   * events or not at all; when `decide` throws, nothing. `decide` may be called again when another change came first.
   */
  changeMode(decide: (current: SchedulerMode) => ModeChange): Promise<void>;
  loadState(): Promise<CycleState>;
  commit(term: number, record: CycleRecord, documents: readonly EdgeDocument[]): Promise<CommittedCycle>;
  /** Newest first, before the cycle with id `before` when given. */
  listCycles(limit: number, before?: number): Promise<readonly CycleSummary[]>;
  findCycle(id: number): Promise<StoredCycle | null>;
  /** Of every edge that has a document; ordered by edge. */
  publications(): Promise<readonly EdgePublication[]>;
  /** Where the edge's document stands, without reading it; `null` when it has none. As of the call, or later. */
  findPublication(edge: EdgeName): Promise<EdgePublication | null>;
  /** As of the call, or later. */
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
