import { type CycleState, INITIAL_CYCLE_STATE } from '#core/decide.js';
import { byName, type EdgeName } from '#core/model/name.js';
import {
  type Archived,
  type CommittedCycle,
  type CycleArchive,
  type CycleRecord,
  type CycleSummary,
  type EdgeDocument,
  type EdgePublication,
  type ModeChange,
  type PublicationPoint,
  type PublishedEdgeDocument,
  type SchedulerMode,
  type SchedulerStore,
  type StoredCycle,
  SupersededTerm,
} from '#core/ports/scheduler-store.js';
import { readInput, readPlan, readState } from '#storage/archive/cycle-archive.js';
import { InMemoryEventStore } from './in-memory-event-store.js';

interface KeptCycle extends CycleSummary {
  readonly archive: CycleArchive;
}

/** Keeps the scheduler's state in memory. What goes in and out is copied, so that nobody shares it with the store. */
export class InMemorySchedulerStore implements SchedulerStore {
  /** What happened with its changes. */
  readonly events = new InMemoryEventStore();
  readonly #cyclesKept: number;
  readonly #historyBytes: number;
  #mode: SchedulerMode = 'running';
  #state: Archived<CycleState> | null = null;
  #term = 0;
  #generation = 0;
  #lastCycleId = 0;
  /** Oldest first. */
  #cycles: readonly KeptCycle[] = [];
  #published: ReadonlyMap<EdgeName, PublishedEdgeDocument> = new Map();
  #refusedEdge: string | null = null;

  constructor({
    cyclesKept,
    historyBytes = Number.POSITIVE_INFINITY,
  }: {
    readonly cyclesKept: number;
    readonly historyBytes?: number;
  }) {
    this.#cyclesKept = cyclesKept;
    this.#historyBytes = historyBytes;
  }

  beginTerm(atLeast: number): Promise<number> {
    return inTurn(() => (this.#term = Math.max(this.#term + 1, atLeast)));
  }

  loadTerm(): Promise<number> {
    return inTurn(() => this.#term);
  }

  loadMode(): Promise<SchedulerMode> {
    return inTurn(() => this.#mode);
  }

  changeMode(decide: (current: SchedulerMode) => ModeChange): Promise<void> {
    return inTurn(() => {
      const { mode, events = [] } = decide(this.#mode);
      this.#mode = mode;
      this.events.write(events);
    });
  }

  loadState(): Promise<CycleState> {
    return inTurn(() => (this.#state === null ? INITIAL_CYCLE_STATE : readState(this.#state)));
  }

  commit(term: number, record: CycleRecord, documents: readonly EdgeDocument[]): Promise<CommittedCycle> {
    return inTurn(() => {
      if (term < this.#term) throw new SupersededTerm(term, this.#term);
      if (record.mode === 'shadow') {
        return { id: this.#remember(record, null), published: null, changedEdges: [], withdrawnEdges: [] };
      }
      const changed = documents.filter(({ edge, document }) => this.#published.get(edge)?.document !== document);
      if (changed.some(({ edge }) => edge === this.#refusedEdge)) throw new Error('refused to write a document');
      const point = changed.length === 0 ? null : { term, generation: this.#generation + 1 };
      const wanted = new Set(documents.map(({ edge }) => edge));
      const withdrawnEdges = [...this.#published.keys()].filter((edge) => !wanted.has(edge));
      this.#published = this.#publishedAfter(documents, changed, point);
      this.#term = term;
      this.#generation = point?.generation ?? this.#generation;
      this.#state = record.archive.state.slice() as Archived<CycleState>;
      const changedEdges = changed.map(({ edge }) => edge);
      return { id: this.#remember(record, point), published: point, changedEdges, withdrawnEdges };
    });
  }

  listCycles(limit: number, before = Number.POSITIVE_INFINITY): Promise<readonly CycleSummary[]> {
    return inTurn(() => {
      const newestFirst = this.#cycles.filter(({ id }) => id < before).toReversed();
      return newestFirst.slice(0, limit).map(summaryOf);
    });
  }

  findCycle(id: number): Promise<StoredCycle | null> {
    return inTurn(async () => {
      const cycle = this.#cycles.find((kept) => kept.id === id);
      if (cycle === undefined) return null;
      const { input, plan } = cycle.archive;
      return { ...summaryOf(cycle), input: input && (await readInput(input)), plan: await readPlan(plan) };
    });
  }

  publications(): Promise<readonly EdgePublication[]> {
    return inTurn(() =>
      [...this.#published.values()]
        .map(({ edge, point }) => ({ edge, point }))
        .sort((left, right) => byName(left.edge, right.edge)),
    );
  }

  findPublication(edge: EdgeName): Promise<EdgePublication | null> {
    return inTurn(() => {
      const published = this.#published.get(edge);
      return published === undefined ? null : { edge, point: published.point };
    });
  }

  findPublishedDocument(edge: EdgeName): Promise<PublishedEdgeDocument | null> {
    return inTurn(() => this.#published.get(edge) ?? null);
  }

  /** From now on, writing a document of this edge fails, as on a full disk. */
  refuse(edge: string): void {
    this.#refusedEdge = edge;
  }

  #remember(record: CycleRecord, published: PublicationPoint | null): number {
    const { archive, ...kept } = record;
    this.#lastCycleId += 1;
    const cycle = { ...copyOf(kept), archive: structuredClone(archive), id: this.#lastCycleId, published };
    this.#cycles = this.#withinBounds([...this.#cycles, cycle]);
    return this.#lastCycleId;
  }

  #withinBounds(cycles: readonly KeptCycle[]): readonly KeptCycle[] {
    let bytes = 0;
    const isBeyond = ({ archive }: KeptCycle, place: number): boolean => {
      bytes += (archive.input?.length ?? 0) + archive.plan.length;
      return place > 0 && (place >= this.#cyclesKept || bytes > this.#historyBytes);
    };
    const newestFirst = cycles.toReversed();
    const beyond = newestFirst.findIndex(isBeyond);
    return beyond === -1 ? cycles : newestFirst.slice(0, beyond).toReversed();
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

function summaryOf(cycle: CycleSummary): CycleSummary {
  const { id, startedAtMs, durationMs, trigger, mode, outcome, published } = cycle;
  return copyOf({ id, startedAtMs, durationMs, trigger, mode, outcome, published });
}

/** Calls take effect in the order they are made, none at once. */
function inTurn<T>(action: () => T | Promise<T>): Promise<T> {
  return Promise.resolve().then(action);
}

/** Through JSON, as any store keeps it. */
function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
