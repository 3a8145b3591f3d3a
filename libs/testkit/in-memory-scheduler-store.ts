import { type CycleState, INITIAL_CYCLE_STATE } from '#core/decide.js';
import { byName, type EdgeName } from '#core/model/name.js';
import {
  type CommittedCycle,
  type CycleRecord,
  type CycleSummary,
  type EdgeDocument,
  type PublicationPoint,
  type PublishedEdgeDocument,
  type SchedulerMode,
  type SchedulerStore,
  type StoredCycle,
  SupersededTerm,
} from '#core/ports/scheduler-store.js';

/** Keeps the scheduler's state in memory. What goes in and out is copied, so that nobody shares it with the store. */
export class InMemorySchedulerStore implements SchedulerStore {
  readonly #cyclesKept: number;
  #mode: SchedulerMode = 'running';
  #state: CycleState = INITIAL_CYCLE_STATE;
  #term = 0;
  #generation = 0;
  #lastCycleId = 0;
  /** Oldest first. */
  #cycles: readonly StoredCycle[] = [];
  #published: ReadonlyMap<EdgeName, PublishedEdgeDocument> = new Map();
  #refusedEdge: string | null = null;

  constructor({ cyclesKept }: { readonly cyclesKept: number }) {
    this.#cyclesKept = cyclesKept;
  }

  beginTerm(atLeast: number): Promise<number> {
    return inTurn(() => (this.#term = Math.max(this.#term + 1, atLeast)));
  }

  loadMode(): Promise<SchedulerMode> {
    return inTurn(() => this.#mode);
  }

  saveMode(mode: SchedulerMode): Promise<void> {
    return inTurn(() => {
      this.#mode = mode;
    });
  }

  loadState(): Promise<CycleState> {
    return inTurn(() => copyOf(this.#state));
  }

  commit(term: number, record: CycleRecord, documents: readonly EdgeDocument[]): Promise<CommittedCycle> {
    return inTurn(() => {
      if (term < this.#term) throw new SupersededTerm(term, this.#term);
      if (record.mode === 'shadow') return { id: this.#remember(record, null), published: null, changedEdges: [] };
      const changed = documents.filter(({ edge, document }) => this.#published.get(edge)?.document !== document);
      if (changed.some(({ edge }) => edge === this.#refusedEdge)) throw new Error('refused to write a document');
      const point = changed.length === 0 ? null : { term, generation: this.#generation + 1 };
      this.#published = this.#publishedAfter(documents, changed, point);
      this.#term = term;
      this.#generation = point?.generation ?? this.#generation;
      this.#state = copyOf(record.state);
      return { id: this.#remember(record, point), published: point, changedEdges: changed.map(({ edge }) => edge) };
    });
  }

  listCycles(limit: number, before = Number.POSITIVE_INFINITY): Promise<readonly CycleSummary[]> {
    return inTurn(() => {
      const newestFirst = this.#cycles.filter(({ id }) => id < before).toReversed();
      return newestFirst.slice(0, limit).map(summaryOf);
    });
  }

  findCycle(id: number): Promise<StoredCycle | null> {
    return inTurn(() => copyOf(this.#cycles.find((cycle) => cycle.id === id) ?? null));
  }

  publishedDocuments(): Promise<readonly PublishedEdgeDocument[]> {
    return inTurn(() => [...this.#published.values()].sort((left, right) => byName(left.edge, right.edge)));
  }

  findPublishedDocument(edge: EdgeName): Promise<PublishedEdgeDocument | null> {
    return inTurn(() => this.#published.get(edge) ?? null);
  }

  /** From now on, writing a document of this edge fails, as on a full disk. */
  refuse(edge: string): void {
    this.#refusedEdge = edge;
  }

  #remember(record: CycleRecord, published: PublicationPoint | null): number {
    const { state, ...kept } = copyOf(record);
    this.#lastCycleId += 1;
    this.#cycles = [...this.#cycles, { ...kept, id: this.#lastCycleId, plan: state.plan, published }].slice(
      -this.#cyclesKept,
    );
    return this.#lastCycleId;
  }

  #publishedAfter(
    documents: readonly EdgeDocument[],
    changed: readonly EdgeDocument[],
    point: PublicationPoint | null,
  ): ReadonlyMap<EdgeName, PublishedEdgeDocument> {
    const wanted = new Set(documents.map(({ edge }) => edge));
    const next = new Map([...this.#published].filter(([edge]) => wanted.has(edge)));
    if (point !== null) for (const document of changed) next.set(document.edge, { ...document, point });
    return next;
  }
}

function summaryOf(cycle: StoredCycle): CycleSummary {
  const { id, startedAtMs, durationMs, trigger, mode, outcome, published } = cycle;
  return copyOf({ id, startedAtMs, durationMs, trigger, mode, outcome, published });
}

/** Calls take effect in the order they are made, none at once. */
function inTurn<T>(action: () => T): Promise<T> {
  return Promise.resolve().then(action);
}

/** Through JSON, as any store keeps it. */
function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
