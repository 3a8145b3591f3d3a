import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CycleInput, type CycleState, INITIAL_CYCLE_STATE } from '#core/decide.js';
import { NO_ARC_MEMORIES } from '#core/estimate/arc-memories.js';
import { EMPTY_MEMORY } from '#core/estimate/estimate.js';
import { edgeName, loadBalancerName } from '#core/model/name.js';
import {
  type CycleRecord,
  type EdgeDocument,
  type PublicationPoint,
  type SchedulerMode,
  type SchedulerStore,
  SupersededTerm,
} from '#core/ports/scheduler-store.js';
import type { HistoryBounds } from '#storage/cycle-history.js';
import { openDatabase } from '#storage/open-database.js';
import { TypeormSchedulerStore } from '#storage/typeorm-scheduler-store.js';
import { UnitOfWork } from '#storage/unit-of-work.js';
import { aCycleInput, aCycleRecord } from '#testkit/cycle-builders.js';
import { InMemorySchedulerStore } from '#testkit/in-memory-scheduler-store.js';
import { aConfiguration, anEdge, aPairPlan, aPlan } from '#testkit/model-builders.js';
import { anObservation } from '#testkit/observation-builders.js';
import { describeWith } from '#testkit/real-part.js';
import { createDatabase, postgresPart, type ThrowAwayDatabase } from '#testkit/throw-away-database.js';

interface Opened {
  readonly store: SchedulerStore;
  /** From now on, writing a document of this edge fails. */
  refuse(edge: string): Promise<void>;
  close(): Promise<void>;
}

interface Implementation {
  readonly name: string;
  open(directory: string, databaseUrl: string, bounds: HistoryBounds): Promise<Opened>;
}

const inMemory: Implementation = {
  name: 'in memory',
  open(_directory, _databaseUrl, bounds) {
    const store = new InMemorySchedulerStore(bounds);
    return Promise.resolve({
      store,
      refuse: (edge) => {
        store.refuse(edge);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    });
  },
};

const embeddedDatabase: Implementation = {
  name: 'embedded database',
  async open(directory, _databaseUrl, bounds) {
    const unitOfWork = new UnitOfWork(await openDatabase({ path: join(directory, 'weir.db') }));
    return {
      store: new TypeormSchedulerStore(unitOfWork, bounds),
      refuse: (edge) =>
        unitOfWork.run(async (manager) => {
          await manager.query(
            `CREATE TRIGGER refuse BEFORE INSERT ON published_edge_documents WHEN NEW.edge = '${edge}'
             BEGIN SELECT RAISE(ABORT, 'refused'); END`,
          );
        }),
      close: () => unitOfWork.close(),
    };
  },
};

const postgres: Implementation = {
  name: 'PostgreSQL',
  async open(_directory, databaseUrl, bounds) {
    const unitOfWork = new UnitOfWork(await openDatabase({ url: databaseUrl }));
    return {
      store: new TypeormSchedulerStore(unitOfWork, bounds),
      refuse: (edge) =>
        unitOfWork.run(async (manager) => {
          await manager.query(
            `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$`,
          );
          await manager.query(
            `CREATE TRIGGER refuse BEFORE INSERT ON published_edge_documents FOR EACH ROW WHEN (NEW.edge = '${edge}')
             EXECUTE FUNCTION refuse()`,
          );
        }),
      close: () => unitOfWork.close(),
    };
  },
};

/** A state that tells itself apart from others by `mark`. */
function aState(mark: number): CycleState {
  const edge = edgeName('ams');
  const demand = { level: mark / 3, bias: 0, error: 0, samples: 1 };
  return {
    plan: aPlan([aPairPlan({ 'us-west': 1 }, { demand: mark / 3 })], { decidedAtMs: mark }),
    memory: {
      ...EMPTY_MEMORY,
      edges: [{ edge, lastHeardMs: 1_767_225_600_000 }],
      pairs: [{ loadBalancer: loadBalancerName('shop'), edge, demand, ...NO_ARC_MEMORIES }],
    },
  };
}

function anInput(mark: number): CycleInput {
  return aCycleInput({
    configuration: aConfiguration({ edges: [anEdge('ams')] }),
    observation: anObservation(mark, [{ edge: 'ams', demand: 0, origins: { 'us-west': { rttMs: 0.1, isUp: true } } }]),
  });
}

function aRecord(mark: number, overrides: Partial<CycleRecord> = {}): Promise<CycleRecord> {
  return aCycleRecord(anInput(mark), aState(mark), { startedAtMs: 1_767_225_600_000 + mark, ...overrides });
}

const documents = (byEdge: Readonly<Record<string, string>>): readonly EdgeDocument[] =>
  Object.entries(byEdge).map(([edge, document]) => ({ edge: edgeName(edge), document }));

const published = async (store: SchedulerStore) =>
  Promise.all(
    (await store.publications()).map(async ({ edge, point }) => {
      const stored = await store.findPublishedDocument(edge);
      expect(stored).toMatchObject({ edge, point });
      expect(await store.findPublication(edge)).toEqual({ edge, point });
      return [edge, stored?.document, point.term, point.generation];
    }),
  );

const CYCLES_KEPT = 5;
const BOUNDS: HistoryBounds = { cyclesKept: CYCLES_KEPT, historyBytes: 10_000_000 };
let directory: string;
let database: ThrowAwayDatabase | null;
let opened: Opened;

async function openIn(implementation: Implementation, serverUrl: string | null): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), 'weir-scheduler-'));
  database = serverUrl === null ? null : await createDatabase(serverUrl);
  opened = await open(implementation);
}

function open(implementation: Implementation, bounds = BOUNDS): Promise<Opened> {
  return implementation.open(directory, database?.url ?? '', bounds);
}

async function removeAll(): Promise<void> {
  await opened.close();
  await database?.remove();
  await rm(directory, { recursive: true });
}

function openForEach(implementation: Implementation, serverUrl: string | null = null): void {
  beforeEach(() => openIn(implementation, serverUrl));
  afterEach(removeAll);
}

function everyStore(implementation: Implementation): void {
  it('starts running, with no state, history or publication', async () => {
    const { store } = opened;
    expect(await store.loadMode()).toBe('running');
    expect(await store.loadState()).toEqual(INITIAL_CYCLE_STATE);
    expect(await store.listCycles(10)).toEqual([]);
    expect(await store.findCycle(1)).toBeNull();
    expect(await store.publications()).toEqual([]);
    expect(await store.findPublishedDocument(edgeName('ams'))).toBeNull();
    expect(await store.findPublication(edgeName('ams'))).toBeNull();
  });

  it('keeps the mode, whatever cycles are committed', async () => {
    const { store } = opened;
    await store.changeMode(() => ({ mode: 'frozen' }));
    await store.commit(1, await aRecord(1), documents({ ams: 'x' }));
    expect(await store.loadMode()).toBe('frozen');
  });

  it('decides on the mode one change after the other, and stores nothing where a decision throws', async () => {
    const { store } = opened;
    const seen: string[] = [];
    const into = (mode: SchedulerMode) =>
      store.changeMode((current) => {
        seen.push(current);
        return { mode };
      });
    await Promise.all([into('frozen'), into('shadow')]);
    expect(seen.slice(-2)).toEqual(['running', 'frozen']);
    const refusing = store.changeMode(() => {
      throw new Error('it was changed since');
    });
    await expect(refusing).rejects.toThrow('it was changed since');
    expect(await store.loadMode()).toBe('shadow');
  });

  it('begins every term above those before, and not below the floor', async () => {
    const { store } = opened;
    expect(await store.loadTerm()).toBe(0);
    expect(await store.beginTerm(0)).toBe(1);
    expect(await store.loadTerm()).toBe(1);
    expect(await store.beginTerm(1)).toBe(2);
    expect(await store.beginTerm(1_767_225_600_000)).toBe(1_767_225_600_000);
    expect(await store.beginTerm(5)).toBe(1_767_225_600_001);
    expect(new Set(await Promise.all([store.beginTerm(0), store.beginTerm(0), store.beginTerm(0)])).size).toBe(3);
  });

  it('begins terms above one that was committed under', async () => {
    await opened.store.commit(7, await aRecord(1), documents({ ams: 'x' }));
    expect(await opened.store.beginTerm(0)).toBe(8);
  });

  it('gives all documents of the first commit the first generation', async () => {
    const { store } = opened;
    const term = await store.beginTerm(3);
    const committed = await store.commit(term, await aRecord(1), documents({ fra: 'f', ams: 'a' }));
    expect(committed.published).toEqual({ term: 3, generation: 1 });
    expect(committed.changedEdges.toSorted()).toEqual(['ams', 'fra']);
    expect(await published(store)).toEqual([
      ['ams', 'a', 3, 1],
      ['fra', 'f', 3, 1],
    ]);
    expect(await store.findPublishedDocument(edgeName('fra'))).toEqual({
      edge: 'fra',
      document: 'f',
      point: { term: 3, generation: 1 },
    });
  });

  it('moves only the edges whose document differs or is new, and all of those together', async () => {
    const { store } = opened;
    await store.commit(1, await aRecord(1), documents({ ams: 'a', fra: 'f', lax: 'l' }));
    const committed = await store.commit(1, await aRecord(2), documents({ ams: 'a', fra: 'f2', lax: 'l2', sin: 's' }));
    expect(committed.published).toEqual({ term: 1, generation: 2 });
    expect(committed.changedEdges.toSorted()).toEqual(['fra', 'lax', 'sin']);
    expect(await published(store)).toEqual([
      ['ams', 'a', 1, 1],
      ['fra', 'f2', 1, 2],
      ['lax', 'l2', 1, 2],
      ['sin', 's', 1, 2],
    ]);
  });

  it('uses up no generation when nothing differs, not even under a new term', async () => {
    const { store } = opened;
    await store.commit(1, await aRecord(1), documents({ ams: 'a' }));
    const unchanged = await store.commit(2, await aRecord(2), documents({ ams: 'a' }));
    expect(unchanged).toMatchObject({ published: null, changedEdges: [] });
    expect(await published(store)).toEqual([['ams', 'a', 1, 1]]);
    const changed = await store.commit(2, await aRecord(3), documents({ ams: 'a2' }));
    expect(changed.published).toEqual({ term: 2, generation: 2 });
  });

  it('withdraws the documents of edges no longer named, and counts on when one returns', async () => {
    const { store } = opened;
    await store.commit(1, await aRecord(1), documents({ ams: 'a', fra: 'f' }));
    const withdrawn = await store.commit(1, await aRecord(2), documents({ ams: 'a' }));
    expect(withdrawn).toMatchObject({ published: null, changedEdges: [], withdrawnEdges: ['fra'] });
    expect(await published(store)).toEqual([['ams', 'a', 1, 1]]);
    expect(await store.findPublishedDocument(edgeName('fra'))).toBeNull();
    expect(await store.findPublication(edgeName('fra'))).toBeNull();
    const returned = await store.commit(1, await aRecord(3), documents({ ams: 'a', fra: 'f' }));
    expect(returned).toMatchObject({
      published: { term: 1, generation: 2 },
      changedEdges: ['fra'],
      withdrawnEdges: [],
    });
  });

  it('finds for a hundred who ask at once what each of them asked for', async () => {
    const { store } = opened;
    const edges = Array.from({ length: 100 }, (_, index) => edgeName(`edge-${index}`));
    const declared = edges.slice(0, -1);
    await store.commit(
      1,
      await aRecord(1),
      declared.map((edge) => ({ edge, document: `of ${edge}` })),
    );
    const point = { term: 1, generation: 1 };
    const [documents, publications] = await Promise.all([
      Promise.all(edges.map((edge) => store.findPublishedDocument(edge))),
      Promise.all(edges.map((edge) => store.findPublication(edge))),
    ]);
    expect(documents).toEqual([...declared.map((edge) => ({ edge, document: `of ${edge}`, point })), null]);
    expect(publications).toEqual([...declared.map((edge) => ({ edge, point })), null]);
  });

  it('tells who asks after a commit no less than that commit', async () => {
    const { store } = opened;
    for (let generation = 1; generation <= 20; generation += 1) {
      const before = store.findPublication(edgeName('ams'));
      await store.commit(1, await aRecord(generation), documents({ ams: String(generation) }));
      const point = { term: 1, generation };
      expect((await before)?.point.generation ?? 0).toBeGreaterThanOrEqual(generation - 1);
      expect(await store.findPublication(edgeName('ams'))).toEqual({ edge: 'ams', point });
      expect(await store.findPublishedDocument(edgeName('ams'))).toMatchObject({ document: String(generation), point });
    }
  });

  it('withdraws and publishes in one commit', async () => {
    const { store } = opened;
    await store.commit(1, await aRecord(1), documents({ ams: 'a', fra: 'f' }));
    await store.commit(1, await aRecord(2), documents({ fra: 'f2' }));
    expect(await published(store)).toEqual([['fra', 'f2', 1, 2]]);
    await store.commit(1, await aRecord(3), documents({}));
    expect(await published(store)).toEqual([]);
  });

  it('records a cycle with all it was decided from', async () => {
    const { store } = opened;
    const record = await aRecord(1, {
      trigger: 'operator',
      outcome: { kind: 'kept', cause: 'invariant-broken', details: ["it's broken"] },
    });
    const { id } = await store.commit(4, record, documents({ ams: 'a' }));
    const { archive, ...kept } = record;
    expect(archive.input).not.toBeNull();
    expect(await store.findCycle(id)).toEqual({
      ...kept,
      id,
      input: anInput(1),
      plan: aState(1).plan,
      published: { term: 4, generation: 1 },
    });
    expect(await store.findCycle(id + 1)).toBeNull();
    expect(await store.loadState()).toEqual(aState(1));
  });

  it('records a cycle whose input was too large to keep', async () => {
    const { store } = opened;
    const whole = await aRecord(1);
    const { id } = await store.commit(1, { ...whole, archive: { ...whole.archive, input: null } }, []);
    expect(await store.findCycle(id)).toMatchObject({ id, input: null, plan: { decidedAtMs: 1 } });
    expect(await store.loadState()).toEqual(aState(1));
  });

  it('records a cycle that had no plan', async () => {
    const state: CycleState = { plan: null, memory: aState(1).memory };
    const { id } = await opened.store.commit(1, await aCycleRecord(anInput(1), state), []);
    expect(await opened.store.findCycle(id)).toMatchObject({ plan: null, published: null });
    expect(await opened.store.loadState()).toEqual(state);
  });

  it('records a shadow cycle, and changes nothing else', async () => {
    const { store } = opened;
    await store.commit(1, await aRecord(1), documents({ ams: 'a' }));
    const shadow = await store.commit(1, await aRecord(2, { mode: 'shadow' }), []);
    expect(shadow).toMatchObject({ published: null, changedEdges: [], withdrawnEdges: [] });
    expect(await store.findCycle(shadow.id)).toMatchObject({
      mode: 'shadow',
      published: null,
      plan: { decidedAtMs: 2 },
    });
    expect(await store.loadState()).toEqual(aState(1));
    expect(await published(store)).toEqual([['ams', 'a', 1, 1]]);
    const next = await store.commit(1, await aRecord(3), documents({ ams: 'b' }));
    expect(next.published).toEqual({ term: 1, generation: 2 });
  });

  it('refuses the commit of a term that is over, in shadow too, and stores nothing of it', async () => {
    const { store } = opened;
    const old = await store.beginTerm(1);
    const current = await store.beginTerm(1);
    await store.commit(current, await aRecord(1), documents({ ams: 'a' }));
    for (const mode of ['running', 'shadow'] as const) {
      const late = store.commit(old, await aRecord(2, { mode }), documents({ ams: 'stale' }));
      await expect(late).rejects.toBeInstanceOf(SupersededTerm);
    }
    expect(await published(store)).toEqual([['ams', 'a', current, 1]]);
    expect(await store.loadState()).toEqual(aState(1));
    expect(await store.listCycles(10)).toHaveLength(1);
  });

  it('stores nothing of a commit of which one write fails, and goes on working', async () => {
    const { store } = opened;
    await store.commit(1, await aRecord(1), documents({ ams: 'a', gone: 'g' }));
    await opened.refuse('poison');
    const failing = store.commit(1, await aRecord(2), documents({ ams: 'a2', poison: 'p', zrh: 'z' }));
    await expect(failing).rejects.toThrow('refused');
    expect(await store.loadState()).toEqual(aState(1));
    expect(await published(store)).toEqual([
      ['ams', 'a', 1, 1],
      ['gone', 'g', 1, 1],
    ]);
    expect(await store.listCycles(10)).toHaveLength(1);
    const next = await store.commit(1, await aRecord(3), documents({ ams: 'a3' }));
    expect(next.published).toEqual({ term: 1, generation: 2 });
  });

  it('lists cycles newest first, in pages', async () => {
    const { store } = opened;
    const ids: number[] = [];
    for (let mark = 1; mark <= 4; mark += 1) {
      ids.push((await store.commit(1, await aRecord(mark), documents({ ams: mark === 3 ? '2' : String(mark) }))).id);
    }
    const [first, second, third, fourth] = ids;
    const page = await store.listCycles(2);
    expect(page.map(({ id }) => id)).toEqual([fourth, third]);
    expect((await store.listCycles(2, third)).map(({ id }) => id)).toEqual([second, first]);
    expect(await store.listCycles(2, first)).toEqual([]);
    expect(await store.listCycles(0)).toEqual([]);
    expect((await store.listCycles(10)).map((cycle) => cycle.published)).toEqual([
      { term: 1, generation: 3 },
      null,
      { term: 1, generation: 2 },
      { term: 1, generation: 1 },
    ]);
    const { startedAtMs, durationMs, trigger, mode, outcome } = await aRecord(4);
    const point = { term: 1, generation: 3 };
    expect(page[0]).toEqual({ id: fourth, startedAtMs, durationMs, trigger, mode, outcome, published: point });
  });

  it('gives every cycle a higher id than the one before, and drops the oldest', async () => {
    const { store } = opened;
    const ids: number[] = [];
    for (let mark = 1; mark <= CYCLES_KEPT + 3; mark += 1) {
      const mode = mark % 2 === 0 ? 'shadow' : 'running';
      ids.push((await store.commit(1, await aRecord(mark, { mode }), [])).id);
    }
    expect(ids).toEqual(ids.toSorted((left, right) => left - right));
    expect(new Set(ids).size).toBe(ids.length);
    const kept = await store.listCycles(100);
    expect(kept.map(({ id }) => id)).toEqual(ids.slice(-CYCLES_KEPT).toReversed());
    expect(await store.findCycle(ids[2]!)).toBeNull();
    expect(await store.findCycle(ids[3]!)).not.toBeNull();
  });

  it('gives concurrent commits generations of their own', async () => {
    const { store } = opened;
    const records = await Promise.all(Array.from({ length: 20 }, (_, mark) => aRecord(mark)));
    const commits = await Promise.all(
      records.map((record, mark) => store.commit(1, record, documents({ ams: String(mark) }))),
    );
    expect(commits.map(({ published: point }) => point?.generation)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    expect(await published(store)).toEqual([['ams', '19', 1, 20]]);
  });

  it('is not touched by changing what was committed or what was read', async () => {
    const { store } = opened;
    const record = await aRecord(1);
    const { id } = await store.commit(1, record, []);
    for (const bytes of Object.values(record.archive) as Uint8Array[]) bytes.fill(0);
    const cycle = await store.findCycle(id);
    (cycle!.input!.configuration.edges as unknown[]).pop();
    expect(await store.loadState()).toEqual(aState(1));
    expect((await store.findCycle(id))!.input).toEqual(anInput(1));
  });

  it('keeps no more history than fits, and always the newest cycle', async () => {
    const { input, plan } = (await aRecord(1)).archive;
    const historyBytes = 2 * (input!.length + plan.length) + 40;
    await opened.close();
    opened = await open(implementation, { cyclesKept: 100, historyBytes });
    const { store } = opened;
    const ids: number[] = [];
    for (let mark = 1; mark <= 4; mark += 1) ids.push((await store.commit(1, await aRecord(mark), [])).id);
    expect((await store.listCycles(10)).map(({ id }) => id)).toEqual([ids[3], ids[2]]);
    expect(await store.findCycle(ids[1]!)).toBeNull();

    const details = Array.from({ length: 200 }, () => randomUUID());
    const large = aPlan([], { notices: [{ code: 'kept', pairs: 1, details }] });
    const { id } = await store.commit(1, await aCycleRecord(anInput(5), { ...aState(5), plan: large }), []);
    expect((await store.listCycles(10)).map((cycle) => cycle.id)).toEqual([id]);
    expect((await store.findCycle(id))?.plan).toEqual(large);
    expect((await store.loadState()).plan).toEqual(large);
  });
}

function storedOnes(implementation: Implementation): void {
  it('keeps everything when it is closed and opened again', async () => {
    await opened.store.changeMode(() => ({ mode: 'shadow' }));
    const term = await opened.store.beginTerm(9);
    const { id } = await opened.store.commit(term, await aRecord(1), documents({ ams: 'a' }));
    const cycle = await opened.store.findCycle(id);
    await opened.close();
    opened = await open(implementation);
    const { store } = opened;
    expect(await store.loadMode()).toBe('shadow');
    expect(await store.loadState()).toEqual(aState(1));
    expect(await store.findCycle(id)).toEqual(cycle);
    expect(await published(store)).toEqual([['ams', 'a', 9, 1]]);
    expect(await store.beginTerm(0)).toBe(10);
    expect((await store.commit(10, await aRecord(2), documents({ ams: 'b' }))).published).toEqual({
      term: 10,
      generation: 2,
    });
  });

  it('shortens its history when it is opened to keep less of it', async () => {
    for (let mark = 1; mark <= 4; mark += 1) await opened.store.commit(1, await aRecord(mark), []);
    await opened.close();
    opened = await open(implementation, { ...BOUNDS, cyclesKept: 2 });
    const { id } = await opened.store.commit(1, await aRecord(5), []);
    expect((await opened.store.listCycles(10)).map((cycle) => cycle.id)).toEqual([id, id - 1]);
  });
}

describe('scheduler store, in memory', () => {
  openForEach(inMemory);
  everyStore(inMemory);
});

describe('scheduler store, embedded database', () => {
  openForEach(embeddedDatabase);
  everyStore(embeddedDatabase);
  storedOnes(embeddedDatabase);
});

describeWith('scheduler store, PostgreSQL', postgresPart(), (serverUrl) => {
  openForEach(postgres, serverUrl);
  everyStore(postgres);
  storedOnes(postgres);

  describe('with two schedulers', () => {
    let other: Opened;

    beforeEach(async () => {
      other = await open(postgres);
    });

    afterEach(() => other.close());

    it('refuses what a deposed leader publishes, however late', async () => {
      const old = await opened.store.beginTerm(1);
      await opened.store.commit(old, await aRecord(1), documents({ ams: 'a' }));
      const current = await other.store.beginTerm(1);
      const late = opened.store.commit(old, await aRecord(2), documents({ ams: 'stale' }));
      await expect(late).rejects.toBeInstanceOf(SupersededTerm);
      expect(await published(other.store)).toEqual([['ams', 'a', old, 1]]);
      const committed = await other.store.commit(current, await aRecord(3), documents({ ams: 'b' }));
      expect(committed.published).toEqual({ term: current, generation: 2 });
    });

    it('never publishes under an older term what comes after a newer one, while leaders contend', async () => {
      const points: PublicationPoint[] = [];
      const lead = async (store: SchedulerStore, mark: number) => {
        for (let round = 0; round < 6; round += 1) {
          const term = await store.beginTerm(1);
          const record = await aRecord(round);
          for (const text of ['a', 'b']) {
            const committed = await store
              .commit(term, record, documents({ ams: `${mark}-${round}-${text}` }))
              .catch((failure: unknown) => {
                expect(failure).toBeInstanceOf(SupersededTerm);
              });
            if (committed?.published) points.push(committed.published);
          }
        }
      };
      await Promise.all([lead(opened.store, 1), lead(other.store, 2)]);
      const byGeneration = points.toSorted((left, right) => left.generation - right.generation);
      expect(new Set(points.map(({ generation }) => generation)).size).toBe(points.length);
      const terms = byGeneration.map(({ term }) => term);
      expect(terms).toEqual(terms.toSorted((left, right) => left - right));
    });
  });
});
