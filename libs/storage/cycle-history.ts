import { Between, type EntityManager, LessThan, LessThanOrEqual } from 'typeorm';
import type { CycleRecord, CycleSummary, PublicationPoint } from '#core/ports/scheduler-store.js';
import { insertArchive } from './archive/archive-parts.js';
import { archivePartEntity, NO_CYCLE } from './entities/archive-part-entity.js';
import { cycleEntity } from './entities/cycle-entity.js';
import { toCycleRow, toCycleSummary } from './mappers/cycle-mapper.js';

/** How much history is kept; whatever is exceeded first counts. The newest cycle always stays. */
export interface HistoryBounds {
  /** At least 1. */
  readonly cyclesKept: number;
  /** Of archives. */
  readonly historyBytes: number;
}

/** Answers the id that the cycle got. */
export async function recordCycle(
  manager: EntityManager,
  record: CycleRecord,
  published: PublicationPoint | null,
): Promise<number> {
  const { identifiers } = await manager.insert(cycleEntity, toCycleRow(record, published));
  const id = Number(identifiers[0]?.['id']);
  const { input, plan } = record.archive;
  if (input !== null) await insertArchive(manager, id, 'input', input);
  await insertArchive(manager, id, 'plan', plan);
  return id;
}

/** Newest first, before the cycle with id `before` when given. */
export async function listCycles(
  manager: EntityManager,
  limit: number,
  before?: number,
): Promise<readonly CycleSummary[]> {
  const where = before === undefined ? {} : { id: LessThan(before) };
  return (await manager.find(cycleEntity, { where, order: { id: 'DESC' }, take: limit })).map(toCycleSummary);
}

export async function dropCyclesBeyond(manager: EntityManager, bounds: HistoryBounds): Promise<void> {
  const newestDropped = await findNewestBeyond(manager, bounds);
  if (newestDropped === null) return;
  await manager.delete(cycleEntity, { id: LessThanOrEqual(newestDropped) });
  // The state in force is of no cycle, and stays.
  await manager.delete(archivePartEntity, { cycle: Between(NO_CYCLE + 1, newestDropped) });
}

async function findNewestBeyond(
  manager: EntityManager,
  { cyclesKept, historyBytes }: HistoryBounds,
): Promise<number | null> {
  const rows = await manager.query<{ id: number | null }[]>(
    `SELECT max(id) AS id
     FROM (
       SELECT id,
              row_number() OVER (ORDER BY id DESC) AS place,
              sum(archive_bytes) OVER (ORDER BY id DESC) AS total
       FROM cycles
     ) AS history
     WHERE place > 1 AND (place > ${cyclesKept} OR total > ${historyBytes})`,
  );
  return rows[0]?.id ?? null;
}
