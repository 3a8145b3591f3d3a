import type { EntityManager } from 'typeorm';
import { type CycleState, INITIAL_CYCLE_STATE } from '#core/decide.js';
import type { EdgeName } from '#core/model/name.js';
import {
  type Archived,
  type CommittedCycle,
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
import { appendEvents } from './append-events.js';
import { findArchive, insertArchive, removeArchive } from './archive/archive-parts.js';
import { readInput, readPlan, readState } from './archive/cycle-archive.js';
import { dropCyclesBeyond, type HistoryBounds, listCycles, recordCycle } from './cycle-history.js';
import { decidePublication, type Publication } from './decide-publication.js';
import { type ArchivedDocument, NO_CYCLE } from './entities/archive-part-entity.js';
import { cycleEntity } from './entities/cycle-entity.js';
import type { PublishedEdgeDocumentRow } from './entities/published-edge-document-entity.js';
import { SCHEDULER_ROW_ID, schedulerEntity, type SchedulerRow } from './entities/scheduler-entity.js';
import { toCycleSummary } from './mappers/cycle-mapper.js';
import { UnreadableDocument } from './mappers/json-document.js';
import { announce } from './postgres/announce.js';
import {
  type PreparedDocument,
  prepareDocuments,
  publish,
  readDigests,
  readPublications,
  readPublished,
  toPublishedDocument,
} from './published-documents.js';
import { SharedReads } from './shared-reads.js';
import type { UnitOfWork } from './unit-of-work.js';

const NO_PUBLICATION: Publication<PreparedDocument> = { point: null, changed: [], withdrawn: [] };

/**
 * Keeps the scheduler's state, history and publications in a database. All stores of one database share its
 * `UnitOfWork`. `commit` throws `SupersededTerm` when a later term has begun. What is large is compressed, decompressed and
 * read outside of transactions, so that nobody else waits for it.
 */
export class TypeormSchedulerStore implements SchedulerStore {
  readonly #unitOfWork: UnitOfWork;
  readonly #bounds: HistoryBounds;
  readonly #publications: SharedReads<EdgePublication>;
  readonly #documents: SharedReads<PublishedEdgeDocumentRow>;
  #lastCommit: Promise<unknown> = Promise.resolve();

  constructor(unitOfWork: UnitOfWork, bounds: HistoryBounds) {
    this.#unitOfWork = unitOfWork;
    this.#publications = new SharedReads(unitOfWork, readPublications);
    this.#documents = new SharedReads(unitOfWork, readPublished);
    this.#bounds = bounds;
  }

  beginTerm(atLeast: number): Promise<number> {
    return this.#unitOfWork.run(async (manager) => {
      const scheduler = await readScheduler(manager);
      const term = Math.max(scheduler.term + 1, atLeast);
      await updateScheduler(manager, { term });
      return term;
    });
  }

  loadTerm(): Promise<number> {
    return this.#unitOfWork.read(async (manager) => (await readScheduler(manager)).term);
  }

  loadMode(): Promise<SchedulerMode> {
    return this.#unitOfWork.read(async (manager) => (await readScheduler(manager)).mode);
  }

  changeMode(decide: (current: SchedulerMode) => ModeChange): Promise<void> {
    return this.#unitOfWork.run(async (manager) => {
      const { mode, events = [] } = decide((await readScheduler(manager)).mode);
      await updateScheduler(manager, { mode });
      await appendEvents(manager, events);
    });
  }

  async loadState(): Promise<CycleState> {
    const archive = await this.#unitOfWork.read((manager) => findArchive(manager, NO_CYCLE, 'state'));
    if (archive === null) return INITIAL_CYCLE_STATE;
    return readOrName(NO_CYCLE, 'state', () => readState(archive as Archived<CycleState>));
  }

  /** One after the other: preparing must not let a later one overtake. */
  commit(term: number, record: CycleRecord, documents: readonly EdgeDocument[]): Promise<CommittedCycle> {
    const committed = this.#lastCommit.then(() => this.#commit(term, record, documents));
    this.#lastCommit = committed.catch(() => undefined);
    return committed;
  }

  listCycles(limit: number, before?: number): Promise<readonly CycleSummary[]> {
    return this.#unitOfWork.read((manager) => listCycles(manager, limit, before));
  }

  async findCycle(id: number): Promise<StoredCycle | null> {
    const found = await this.#unitOfWork.read(async (manager) => {
      const row = await manager.findOneBy(cycleEntity, { id });
      if (row === null) return null;
      const input = (await findArchive(manager, id, 'input')) as StoredArchive<'input'>;
      const plan = (await findArchive(manager, id, 'plan')) as StoredArchive<'plan'>;
      return { summary: toCycleSummary(row), input, plan };
    });
    if (found === null) return null;
    const { summary, input, plan } = found;
    return {
      ...summary,
      input: input && (await readOrName(id, 'input', () => readInput(input))),
      plan: plan && (await readOrName(id, 'plan', () => readPlan(plan))),
    };
  }

  publications(): Promise<readonly EdgePublication[]> {
    return this.#unitOfWork.read(async (manager) =>
      (await readDigests(manager)).map(({ edge, point }) => ({ edge, point })),
    );
  }

  findPublication(edge: EdgeName): Promise<EdgePublication | null> {
    return this.#publications.find(edge);
  }

  async findPublishedDocument(edge: EdgeName): Promise<PublishedEdgeDocument | null> {
    const row = await this.#documents.find(edge);
    return row === null ? null : toPublishedDocument(row);
  }

  async #commit(term: number, record: CycleRecord, documents: readonly EdgeDocument[]): Promise<CommittedCycle> {
    const published = record.mode === 'shadow' ? [] : await this.#unitOfWork.read(readDigests);
    const prepared = await prepareDocuments(documents, published);
    return this.#unitOfWork.run(async (manager) => {
      const scheduler = await readScheduler(manager);
      if (term < scheduler.term) throw new SupersededTerm(term, scheduler.term);
      const last = { term, generation: scheduler.generation };
      const { point, changed, withdrawn } =
        record.mode === 'shadow' ? NO_PUBLICATION : await putInForce(manager, last, record.archive.state, prepared);
      const id = await recordCycle(manager, record, point);
      await dropCyclesBeyond(manager, this.#bounds);
      await announce(manager, 'cycle', this.#unitOfWork.author);
      return { id, published: point, changedEdges: changed.map(({ edge }) => edge), withdrawnEdges: withdrawn };
    });
  }
}

type StoredArchive<Document extends 'input' | 'plan'> = CycleRecord['archive'][Document] | null;

function readScheduler(manager: EntityManager): Promise<SchedulerRow> {
  return manager.findOneByOrFail(schedulerEntity, { id: SCHEDULER_ROW_ID });
}

async function updateScheduler(manager: EntityManager, change: Partial<Omit<SchedulerRow, 'id'>>): Promise<void> {
  await manager.update(schedulerEntity, { id: SCHEDULER_ROW_ID }, change);
}

/** Makes a cycle's state the scheduler's, and its documents the published ones. */
async function putInForce(
  manager: EntityManager,
  last: PublicationPoint,
  state: Uint8Array,
  documents: readonly PreparedDocument[],
): Promise<Publication<PreparedDocument>> {
  const publication = decidePublication(last, await readDigests(manager), documents);
  await publish(manager, publication);
  await updateScheduler(manager, publication.point ?? last);
  await removeArchive(manager, NO_CYCLE, 'state');
  await insertArchive(manager, NO_CYCLE, 'state', state);
  return publication;
}

async function readOrName<Document>(
  cycle: number,
  document: ArchivedDocument,
  read: () => Promise<Document>,
): Promise<Document> {
  try {
    return await read();
  } catch (cause) {
    throw new UnreadableDocument({ table: 'archive_parts', key: `${cycle}/${document}` }, { cause });
  }
}
