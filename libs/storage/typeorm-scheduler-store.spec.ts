import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbstractLogger, type DataSource, type LogMessage } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INITIAL_CYCLE_STATE } from '#core/decide.js';
import { edgeName } from '#core/model/name.js';
import type { Plan } from '#core/plan/plan.js';
import { aCycleInput, aCycleRecord } from '#testkit/cycle-builders.js';
import { aPlan } from '#testkit/model-builders.js';
import type { HistoryBounds } from './cycle-history.js';
import { openDatabase } from './open-database.js';
import { TypeormSchedulerStore } from './typeorm-scheduler-store.js';
import { UnitOfWork } from './unit-of-work.js';

class QueryRecorder extends AbstractLogger {
  readonly queries: string[] = [];

  constructor() {
    super('all');
  }

  protected override writeLog(
    _level: unknown,
    messages: LogMessage | string | number | (LogMessage | string | number)[],
  ): void {
    for (const { message } of this.prepareLogMessages(messages)) this.queries.push(String(message));
  }
}

const CYCLE_INPUT = aCycleInput();
let directory: string;
let dataSource: DataSource;
let unitOfWork: UnitOfWork;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-cycles-'));
  dataSource = await openDatabase({ path: join(directory, 'weir.db') });
  unitOfWork = new UnitOfWork(dataSource);
});

afterEach(async () => {
  await unitOfWork.close();
  await rm(directory, { recursive: true });
});

function storeOf(bounds: Partial<HistoryBounds> = {}): TypeormSchedulerStore {
  return new TypeormSchedulerStore(unitOfWork, { cyclesKept: 100, historyBytes: 1_000_000_000, ...bounds });
}

/** A plan that compresses badly, in as many bytes and a little more. */
function bulkyPlan(bytes: number): Plan {
  const details = Array.from({ length: bytes / 48 }, () => randomBytes(48).toString('base64'));
  return aPlan([], { notices: [{ code: 'kept', pairs: 1, details }] });
}

async function count(query: string): Promise<number> {
  const rows: { count: number }[] = await dataSource.query(query);
  return rows[0]!.count;
}

describe('history', () => {
  it('does not load what cycles were decided from in order to list them', async () => {
    const store = storeOf();
    await store.commit(1, await aCycleRecord(), []);
    const recorder = new QueryRecorder();
    dataSource.logger = recorder;
    await store.listCycles(10);
    const listing = recorder.queries.splice(0).filter((query) => query.includes('SELECT'));
    await store.findCycle(1);
    const finding = recorder.queries.splice(0).filter((query) => query.includes('SELECT'));
    expect(listing.filter((query) => query.includes('archive_parts'))).toEqual([]);
    expect(
      finding.filter((query) => query.includes('archive_parts')),
      'the recorder sees them',
    ).not.toEqual([]);
  });

  it('keeps large archives in parts, and puts them together again', async () => {
    const store = storeOf();
    const state = { ...INITIAL_CYCLE_STATE, plan: bulkyPlan(1_500_000) };
    const { id } = await store.commit(1, await aCycleRecord(CYCLE_INPUT, state), []);
    expect(await count(`SELECT count(*) AS count FROM archive_parts WHERE document = 'state'`)).toBeGreaterThan(2);
    expect(await store.loadState()).toEqual(state);
    expect((await store.findCycle(id))?.plan).toEqual(state.plan);
  });

  it('leaves no part behind of what is replaced or dropped', async () => {
    const store = storeOf({ cyclesKept: 1 });
    await store.commit(1, await aCycleRecord(CYCLE_INPUT, { ...INITIAL_CYCLE_STATE, plan: bulkyPlan(1_500_000) }), []);
    const { id } = await store.commit(1, await aCycleRecord(), []);
    const parts: { cycle: number; document: string }[] = await dataSource.query(
      'SELECT cycle, document FROM archive_parts ORDER BY cycle, document',
    );
    expect(parts).toEqual([
      { cycle: 0, document: 'state' },
      { cycle: id, document: 'input' },
      { cycle: id, document: 'plan' },
    ]);
  });

  it.each([
    ['part', `UPDATE archive_parts SET bytes = substr(bytes, 1, 5)`],
    ['byte', `UPDATE archive_parts SET bytes = x'00'`],
  ])('tells which archive has lost a %s', async (_what, damage) => {
    const store = storeOf();
    const { id } = await store.commit(1, await aCycleRecord(), []);
    await dataSource.query(damage);
    await expect(store.loadState()).rejects.toThrow('table "archive_parts", key "0/state"');
    await expect(store.findCycle(id)).rejects.toThrow(`table "archive_parts", key "${id}/input"`);
  });
});

describe('published documents', () => {
  const AMS = edgeName('ams');

  it('are stored compressed', async () => {
    const store = storeOf();
    const document = JSON.stringify({ text: 'x'.repeat(100_000) });
    await store.commit(1, await aCycleRecord(), [{ edge: AMS, document }]);
    expect(await count('SELECT length(document) AS count FROM published_edge_documents')).toBeLessThan(1_000);
    expect((await store.findPublishedDocument(AMS))?.document).toBe(document);
  });

  it('are not read in order to tell what changed, or who has which', async () => {
    const store = storeOf();
    await store.commit(1, await aCycleRecord(), [{ edge: AMS, document: 'a' }]);
    const recorder = new QueryRecorder();
    dataSource.logger = recorder;
    await store.commit(1, await aCycleRecord(), [{ edge: AMS, document: 'b' }]);
    await store.publications();
    const selects = recorder.queries.filter((query) => query.includes('SELECT') && query.includes('published_edge'));
    expect(selects.length).toBeGreaterThan(1);
    expect(selects.filter((query) => query.includes('"document"'))).toEqual([]);
  });

  it('tell when one was damaged', async () => {
    const store = storeOf();
    await store.commit(1, await aCycleRecord(), [{ edge: AMS, document: 'a' }]);
    await dataSource.query(`UPDATE published_edge_documents SET document = x'00'`);
    await expect(store.findPublishedDocument(AMS)).rejects.toThrow('table "published_edge_documents", key "ams"');
  });
});
