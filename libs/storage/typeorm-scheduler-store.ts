import { type EntityManager, In, LessThan, LessThanOrEqual } from 'typeorm';
import type { CycleState } from '#core/decide.js';
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
import { decidePublication, type Publication } from './decide-publication.js';
import { cycleEntity } from './entities/cycle-entity.js';
import { publishedEdgeDocumentEntity } from './entities/published-edge-document-entity.js';
import { SCHEDULER_ROW_ID, schedulerEntity, type SchedulerRow } from './entities/scheduler-entity.js';
import { toCycleRow, toCycleSummary, toStoredCycle } from './mappers/cycle-mapper.js';
import { toPublishedEdgeDocument, toPublishedRow } from './mappers/published-edge-document-mapper.js';
import { toCycleState } from './mappers/scheduler-mapper.js';
import type { UnitOfWork } from './unit-of-work.js';

export interface SchedulerStoreOptions {
  /** Length of the history, at least 1. */
  readonly cyclesKept: number;
}

const NO_PUBLICATION: Publication = { point: null, changed: [], withdrawn: [] };

/**
 * Keeps the scheduler's state, history and publications in a database. All stores of one database share its
 * `UnitOfWork`. `commit` throws `SupersededTerm` when a later term has begun.
 */
export class TypeormSchedulerStore implements SchedulerStore {
  readonly #unitOfWork: UnitOfWork;
  readonly #cyclesKept: number;

  constructor(unitOfWork: UnitOfWork, { cyclesKept }: SchedulerStoreOptions) {
    this.#unitOfWork = unitOfWork;
    this.#cyclesKept = cyclesKept;
  }

  beginTerm(atLeast: number): Promise<number> {
    return this.#unitOfWork.run(async (manager) => {
      const scheduler = await readScheduler(manager);
      const term = Math.max(scheduler.term + 1, atLeast);
      await updateScheduler(manager, { term });
      return term;
    });
  }

  loadMode(): Promise<SchedulerMode> {
    return this.#unitOfWork.run(async (manager) => (await readScheduler(manager)).mode);
  }

  saveMode(mode: SchedulerMode): Promise<void> {
    return this.#unitOfWork.run((manager) => updateScheduler(manager, { mode }));
  }

  loadState(): Promise<CycleState> {
    return this.#unitOfWork.run(async (manager) => toCycleState(await readScheduler(manager)));
  }

  commit(term: number, record: CycleRecord, documents: readonly EdgeDocument[]): Promise<CommittedCycle> {
    return this.#unitOfWork.run(async (manager) => {
      const scheduler = await readScheduler(manager);
      if (term < scheduler.term) throw new SupersededTerm(term, scheduler.term);
      const last = { term, generation: scheduler.generation };
      const { point, changed } =
        record.mode === 'shadow' ? NO_PUBLICATION : await putInForce(manager, last, record.state, documents);
      const id = await recordCycle(manager, record, point);
      await dropCyclesBeyond(manager, this.#cyclesKept);
      return { id, published: point, changedEdges: changed.map(({ edge }) => edge) };
    });
  }

  listCycles(limit: number, before?: number): Promise<readonly CycleSummary[]> {
    return this.#unitOfWork.run(async (manager) => {
      const where = before === undefined ? {} : { id: LessThan(before) };
      const rows = await manager.find(cycleEntity, { where, order: { id: 'DESC' }, take: limit });
      return rows.map(toCycleSummary);
    });
  }

  findCycle(id: number): Promise<StoredCycle | null> {
    return this.#unitOfWork.run(async (manager) => {
      const query = manager.createQueryBuilder(cycleEntity, 'cycle').addSelect(['cycle.input', 'cycle.plan']);
      const row = await query.where({ id }).getOne();
      return row === null ? null : toStoredCycle(row);
    });
  }

  publishedDocuments(): Promise<readonly PublishedEdgeDocument[]> {
    return this.#unitOfWork.run(readPublished);
  }

  findPublishedDocument(edge: EdgeName): Promise<PublishedEdgeDocument | null> {
    return this.#unitOfWork.run(async (manager) => {
      const row = await manager.findOneBy(publishedEdgeDocumentEntity, { edge });
      return row === null ? null : toPublishedEdgeDocument(row);
    });
  }
}

function readScheduler(manager: EntityManager): Promise<SchedulerRow> {
  return manager.findOneByOrFail(schedulerEntity, { id: SCHEDULER_ROW_ID });
}

async function updateScheduler(manager: EntityManager, change: Partial<Omit<SchedulerRow, 'id'>>): Promise<void> {
  await manager.update(schedulerEntity, { id: SCHEDULER_ROW_ID }, change);
}

async function readPublished(manager: EntityManager): Promise<readonly PublishedEdgeDocument[]> {
  const rows = await manager.find(publishedEdgeDocumentEntity);
  return rows.map(toPublishedEdgeDocument).toSorted((left, right) => byName(left.edge, right.edge));
}

/** Makes a cycle's state the scheduler's, and its documents the published ones. */
async function putInForce(
  manager: EntityManager,
  last: PublicationPoint,
  state: CycleState,
  documents: readonly EdgeDocument[],
): Promise<Publication> {
  const publication = decidePublication(last, await readPublished(manager), documents);
  await publish(manager, publication);
  const { term, generation } = publication.point ?? last;
  await updateScheduler(manager, { term, generation, state: JSON.stringify(state) });
  return publication;
}

async function publish(manager: EntityManager, { point, changed, withdrawn }: Publication): Promise<void> {
  if (withdrawn.length > 0) await manager.delete(publishedEdgeDocumentEntity, { edge: In(withdrawn) });
  if (point === null) return;
  for (const document of changed) {
    await manager.upsert(publishedEdgeDocumentEntity, toPublishedRow(document, point), ['edge']);
  }
}

async function recordCycle(
  manager: EntityManager,
  record: CycleRecord,
  published: PublicationPoint | null,
): Promise<number> {
  const { identifiers } = await manager.insert(cycleEntity, toCycleRow(record, published));
  return Number(identifiers[0]?.['id']);
}

async function dropCyclesBeyond(manager: EntityManager, cyclesKept: number): Promise<void> {
  const [newestDropped] = await manager.find(cycleEntity, {
    select: { id: true },
    order: { id: 'DESC' },
    skip: cyclesKept,
    take: 1,
  });
  if (newestDropped !== undefined) await manager.delete(cycleEntity, { id: LessThanOrEqual(newestDropped.id) });
}
