import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { edgeName } from '#core/model/name.js';
import { DamagedBackup } from '#storage/backup/backup-format.js';
import { DatabaseInUse, DatabaseNotEmpty, restoreBackup } from '#storage/backup/restore-backup.js';
import { writeBackup } from '#storage/backup/write-backup.js';
import type { DatabaseLocation } from '#storage/database-location.js';
import { MIGRATIONS } from '#storage/migrations/migrations.js';
import { migrateDatabase, openDatabase, SchemaMismatch } from '#storage/open-database.js';
import { SCHEDULER_LOCK } from '#storage/postgres/advisory-locks.js';
import { TypeormConfigurationStore } from '#storage/typeorm-configuration-store.js';
import { TypeormSchedulerStore } from '#storage/typeorm-scheduler-store.js';
import { UnitOfWork } from '#storage/unit-of-work.js';
import { aCycleRecord } from '#testkit/cycle-builders.js';
import { aLoadBalancer, anEdge, anOrigin } from '#testkit/model-builders.js';
import { withClient } from '#testkit/postgres-client.js';
import { describeWith } from '#testkit/real-part.js';
import { createDatabase, postgresPart } from '#testkit/throw-away-database.js';

const BOUNDS = { cyclesKept: 50, historyBytes: 10_000_000 };
const NOW_MS = 1_767_225_600_000;
const AMS = edgeName('ams');

let directory: string;
let file: string;
const removals: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-backup-'));
  file = join(directory, 'weir.backup');
});

afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
  await rm(directory, { recursive: true });
});

const sqlite = (name: string): Promise<DatabaseLocation> => Promise.resolve({ path: join(directory, `${name}.db`) });

const postgresOn = (serverUrl: string) => async (): Promise<DatabaseLocation> => {
  const { url, remove } = await createDatabase(serverUrl, { isMigrated: false });
  removals.push(remove);
  return { url };
};

interface Stores {
  readonly configurations: TypeormConfigurationStore;
  readonly scheduler: TypeormSchedulerStore;
}

async function using<Result>(location: DatabaseLocation, use: (stores: Stores) => Promise<Result>): Promise<Result> {
  const unitOfWork = new UnitOfWork(await openDatabase(location));
  try {
    return await use({
      configurations: new TypeormConfigurationStore(unitOfWork),
      scheduler: new TypeormSchedulerStore(unitOfWork, BOUNDS),
    });
  } finally {
    await unitOfWork.close();
  }
}

async function fill({ configurations, scheduler }: Stores): Promise<void> {
  await configurations.change(() => ({
    writes: [
      { action: 'put', kind: 'origin', resource: anOrigin('near', { region: "Zürich '東京' \u0000\u2028" }) },
      { action: 'put', kind: 'edge', resource: anEdge('ams') },
      { action: 'put', kind: 'load-balancer', resource: aLoadBalancer('shop', ['near']) },
    ],
    answer: null,
  }));
  const term = await scheduler.beginTerm(1_795_000_000);
  for (const text of ['a', 'b']) {
    await scheduler.commit(term, await aCycleRecord(), [{ edge: AMS, document: text }]);
  }
  await scheduler.changeMode(() => ({ mode: 'frozen' }));
}

async function everything({ configurations, scheduler }: Stores): Promise<unknown> {
  const cycles = await scheduler.listCycles(100);
  return {
    configuration: await configurations.snapshot(),
    mode: await scheduler.loadMode(),
    term: await scheduler.loadTerm(),
    state: await scheduler.loadState(),
    cycles: await Promise.all(cycles.map(({ id }) => scheduler.findCycle(id))),
    document: await scheduler.findPublishedDocument(AMS),
  };
}

type Create = (name: string) => Promise<DatabaseLocation>;

function roundTrip(createSource: Create, createTarget: Create): void {
  it('brings everything back, in a database that goes on from there', async () => {
    const [source, target] = [await createSource('source'), await createTarget('target')];
    const before = await using(source, async (stores) => {
      await fill(stores);
      return everything(stores);
    });
    const rows = await writeBackup(source, file, NOW_MS);
    expect(await restoreBackup(target, file, { isReplacing: false })).toBe(rows);
    await using(target, async (stores) => {
      expect(await everything(stores)).toEqual(before);
      const { id } = await stores.scheduler.commit(1_795_000_001, await aCycleRecord(), []);
      expect(id).toBe(3);
    });
  });
}

function everyDatabase(create: Create): void {
  it('is of one instant, however much is written meanwhile', async () => {
    const [source, target] = [await create('source'), await create('target')];
    await using(source, async (stores) => {
      await fill(stores);
      const over = new AbortController();
      const writing = (async () => {
        for (let round = 0; !over.signal.aborted; round += 1) {
          await stores.configurations.change(() => ({
            writes: [
              { action: 'put', kind: 'origin', resource: anOrigin('a', { region: String(round) }) },
              { action: 'put', kind: 'origin', resource: anOrigin('z', { region: String(round) }) },
            ],
            answer: null,
          }));
        }
      })();
      await writeBackup(source, file, NOW_MS);
      over.abort();
      await writing;
    });
    await restoreBackup(target, file, { isReplacing: false });
    const { origins } = await using(target, ({ configurations }) => configurations.snapshot());
    expect(origins.find(({ name }) => name === 'a')?.region).toBe(origins.find(({ name }) => name === 'z')?.region);
  });

  it('replaces what is there only where told to', async () => {
    const [source, target] = [await create('source'), await create('target')];
    await using(source, fill);
    await writeBackup(source, file, NOW_MS);
    const put = anEdge('old');
    await using(target, ({ configurations }) =>
      configurations.change(() => ({ writes: [{ action: 'put', kind: 'edge', resource: put }], answer: null })),
    );
    await expect(restoreBackup(target, file, { isReplacing: false })).rejects.toBeInstanceOf(DatabaseNotEmpty);
    const edges = () => using(target, async ({ configurations }) => (await configurations.snapshot()).edges);
    expect((await edges()).map(({ name }) => name)).toEqual(['old']);
    await restoreBackup(target, file, { isReplacing: true });
    expect((await edges()).map(({ name }) => name)).toEqual(['ams']);
  });
}

describe('backup, embedded database', () => {
  roundTrip(sqlite, sqlite);
  everyDatabase(sqlite);

  it.each([
    ['a changed byte', (text: string) => text.replace('"shop"', '"shoq"')],
    ['a missing end', (text: string) => text.slice(0, -200)],
    ['a missing row', (text: string) => text.split('\n').toSpliced(2, 1).join('\n')],
    ['another format', (text: string) => text.replace('weir-backup', 'other')],
    ['nothing in it', () => ''],
  ])('is refused with %s, and nothing changes', async (_what, damage) => {
    const [source, target] = [await sqlite('source'), await sqlite('target')];
    await using(source, fill);
    await writeBackup(source, file, NOW_MS);
    await writeFile(file, damage(await readFile(file, 'utf8')));
    const before = await using(target, everything);
    await expect(restoreBackup(target, file, { isReplacing: true })).rejects.toBeInstanceOf(DamagedBackup);
    expect(await using(target, everything)).toEqual(before);
  });

  it('replaces no file', async () => {
    const source = await sqlite('source');
    await using(source, fill);
    await writeBackup(source, file, NOW_MS);
    await expect(writeBackup(source, file, NOW_MS)).rejects.toThrow('exists already');
  });

  it('is not taken of a database whose schema is of another version', async () => {
    const source = await sqlite('source');
    await using(source, fill);
    await migrateDatabase(source, MIGRATIONS[0]!.name);
    await expect(writeBackup(source, file, NOW_MS)).rejects.toBeInstanceOf(SchemaMismatch);
  });

  it('of an earlier version goes into an empty database, which is brought up to date', async () => {
    const [source, target] = [await sqlite('source'), await sqlite('target')];
    await using(source, fill);
    await writeBackup(source, file, NOW_MS);
    const [header, ...rows] = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const earlier = { ...(JSON.parse(header!) as object), migrations: [MIGRATIONS[0]!.name] };
    // Those of tables that came later; the last line is the trailer.
    const kept = rows.slice(0, -1).filter((row) => !row.startsWith('{"table":"event_sequence"'));
    const body = `${[JSON.stringify(earlier), ...kept].join('\n')}\n`;
    const sha256 = createHash('sha256').update(body).digest('hex');
    await writeFile(file, `${body}${JSON.stringify({ rows: kept.length, sha256 })}\n`);
    await restoreBackup(target, file, { isReplacing: false });
    expect(await using(target, everything)).toEqual(await using(source, everything));
    await expect(restoreBackup(target, file, { isReplacing: true })).rejects.toBeInstanceOf(DatabaseNotEmpty);
  });

  it('does not make the database it is asked to back up', async () => {
    await expect(writeBackup(await sqlite('missing'), file, NOW_MS)).rejects.toThrow('ENOENT');
  });
});

describeWith('backup, PostgreSQL', postgresPart(), (serverUrl) => {
  roundTrip(postgresOn(serverUrl), postgresOn(serverUrl));
  everyDatabase(postgresOn(serverUrl));

  it('is not put under a control plane that leads', async () => {
    const [source, target] = [await postgresOn(serverUrl)(), await postgresOn(serverUrl)()];
    await using(source, fill);
    await writeBackup(source, file, NOW_MS);
    await withClient('url' in target ? target.url : '', async (leader) => {
      await leader.query(`SELECT pg_advisory_lock(${SCHEDULER_LOCK})`);
      await expect(restoreBackup(target, file, { isReplacing: true })).rejects.toBeInstanceOf(DatabaseInUse);
    });
  });
});

describeWith('backup, from one database to the other', postgresPart(), (serverUrl) => {
  describe('from the embedded one to PostgreSQL', () => {
    roundTrip(sqlite, postgresOn(serverUrl));
  });

  describe('from PostgreSQL to the embedded one', () => {
    roundTrip(postgresOn(serverUrl), sqlite);
  });
});
