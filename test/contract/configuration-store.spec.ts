import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { EntityManager } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Configuration } from '#core/model/configuration.js';
import { DELETION_MEMORY_MS, DELETIONS_KEPT } from '#core/model/deleted-load-balancer.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type { ConfigurationChange, ConfigurationStore, ConfigurationWrite } from '#core/ports/configuration-store.js';
import { resourceEntity } from '#storage/entities/resource-entity.js';
import { openDatabase } from '#storage/open-database.js';
import { TypeormConfigurationStore } from '#storage/typeorm-configuration-store.js';
import { UnitOfWork } from '#storage/unit-of-work.js';
import { InMemoryConfigurationStore } from '#testkit/in-memory-configuration-store.js';
import { aLoadBalancer, anEdge, anOrigin } from '#testkit/model-builders.js';
import { withClient } from '#testkit/postgres-client.js';
import { describeWith } from '#testkit/real-part.js';
import { createDatabase, postgresPart, type ThrowAwayDatabase } from '#testkit/throw-away-database.js';

interface Opened {
  readonly store: ConfigurationStore;
  /** From now on, writing a resource of this name fails. */
  refuse(name: string): Promise<void>;
  close(): Promise<void>;
}

interface Time {
  nowMs: number;
}

/** Where a database may be. */
interface Place {
  readonly directory: string;
  readonly databaseUrl: string;
}

interface Implementation {
  readonly name: string;
  /** Time stands where `time` has it. */
  open(place: Place, time: Time): Promise<Opened>;
}

const inMemory: Implementation = {
  name: 'in memory',
  open(_place, time) {
    const store = new InMemoryConfigurationStore(() => time.nowMs);
    return Promise.resolve({
      store,
      refuse: (name) => {
        store.refuse(name);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    });
  },
};

const embeddedDatabase: Implementation = {
  name: 'embedded database',
  async open({ directory }, time) {
    const unitOfWork = new UnitOfWork(await openDatabase({ path: join(directory, 'weir.db') }));
    return {
      store: new TypeormConfigurationStore(unitOfWork, () => time.nowMs),
      refuse: (name) =>
        unitOfWork.run(async (manager) => {
          await manager.query(
            `CREATE TRIGGER refuse BEFORE INSERT ON resources WHEN NEW.name = '${name}'
             BEGIN SELECT RAISE(ABORT, 'refused'); END`,
          );
        }),
      close: () => unitOfWork.close(),
    };
  },
};

const postgres: Implementation = {
  name: 'PostgreSQL',
  async open({ databaseUrl }, time) {
    const unitOfWork = new UnitOfWork(await openDatabase({ url: databaseUrl }));
    return {
      store: new TypeormConfigurationStore(unitOfWork, () => time.nowMs),
      refuse: (name) =>
        unitOfWork.run(async (manager) => {
          await manager.query(
            `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$`,
          );
          await manager.query(
            `CREATE TRIGGER refuse BEFORE INSERT ON resources FOR EACH ROW WHEN (NEW.name = '${name}')
             EXECUTE FUNCTION refuse()`,
          );
        }),
      close: () => unitOfWork.close(),
    };
  },
};

const putOrigin = (name: string, region = 'test'): ConfigurationWrite => ({
  action: 'put',
  kind: 'origin',
  resource: anOrigin(name, { region }),
});
const putEdge = (name: string): ConfigurationWrite => ({ action: 'put', kind: 'edge', resource: anEdge(name) });
const putLoadBalancer = (name: string): ConfigurationWrite => ({
  action: 'put',
  kind: 'load-balancer',
  resource: aLoadBalancer(name, []),
});
const writing =
  (...writes: ConfigurationWrite[]) =>
  (): ConfigurationChange<null> => ({ writes, answer: null });
const originNames = ({ origins }: Configuration) => origins.map((origin) => origin.name);

let directory: string;
let database: ThrowAwayDatabase | null;
let opened: Opened;
let time: Time;

async function openIn(implementation: Implementation, serverUrl: string | null): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), 'weir-configuration-'));
  database = serverUrl === null ? null : await createDatabase(serverUrl);
  time = { nowMs: 1_800_000_000_000 };
  opened = await open(implementation);
}

function open(implementation: Implementation): Promise<Opened> {
  return implementation.open({ directory, databaseUrl: database?.url ?? '' }, time);
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

function everyStore(): void {
  it('is empty at first', async () => {
    expect(await opened.store.snapshot()).toEqual({ loadBalancers: [], origins: [], edges: [] });
  });

  it('answers every kind, ordered by code unit and not as a language sorts', async () => {
    const names = ['b', 'ab', 'a-c', 'a', 'z9', '0'];
    const ordered = ['0', 'a', 'a-c', 'ab', 'b', 'z9'];
    await opened.store.change(
      writing(...names.flatMap((name) => [putOrigin(name), putEdge(name), putLoadBalancer(name)])),
    );
    const snapshot = await opened.store.snapshot();
    expect(snapshot.loadBalancers.map(({ name }) => name)).toEqual(ordered);
    expect(snapshot.origins.map(({ name }) => name)).toEqual(ordered);
    expect(snapshot.edges.map(({ name }) => name)).toEqual(ordered);
  });

  it('gives back resources as they were put, zeros and text of any script included', async () => {
    const origin = anOrigin('us-west', {
      region: "Zürich '東京' \u0000\u2028",
      capacity: { rate: 0 },
      endpoints: [{ address: '2001:db8::1', weight: 0 }],
      location: { latitude: -33.5, longitude: 1e-7 },
    });
    const balancer = aLoadBalancer('shop', ['us-west'], { labels: { constructor: '', '': 'x' } });
    await opened.store.change(() => ({
      writes: [
        { action: 'put', kind: 'origin', resource: origin },
        { action: 'put', kind: 'load-balancer', resource: balancer },
      ],
      answer: null,
    }));
    expect(await opened.store.snapshot()).toEqual({ loadBalancers: [balancer], origins: [origin], edges: [] });
  });

  it('is not touched by changing what was put or what was read', async () => {
    const labels: Record<string, string> = { team: 'web' };
    const write: ConfigurationWrite = { action: 'put', kind: 'edge', resource: anEdge('ams', { labels }) };
    await opened.store.change(writing(write));
    labels['team'] = 'changed';
    const read = await opened.store.snapshot();
    expect(() => (read.edges as unknown[]).pop()).toThrow(TypeError);
    expect(() => Object.assign(read, { edges: [] })).toThrow(TypeError);
    expect((await opened.store.snapshot()).edges[0]?.labels).toEqual({ team: 'web' });
  });

  it('replaces, removes, and keeps kinds of one name apart', async () => {
    await opened.store.change(writing(putOrigin('a', 'old'), putEdge('a'), putLoadBalancer('a'), putOrigin('b')));
    await opened.store.change(
      writing(
        putOrigin('a', 'new'),
        { action: 'remove', kind: 'edge', name: edgeName('a') },
        { action: 'remove', kind: 'load-balancer', name: loadBalancerName('a') },
        { action: 'remove', kind: 'origin', name: originName('no-such') },
      ),
    );
    const snapshot = await opened.store.snapshot();
    expect(snapshot.origins.map(({ name, region }) => [name, region])).toEqual([
      ['a', 'new'],
      ['b', 'test'],
    ]);
    expect(snapshot.edges).toEqual([]);
    expect(snapshot.loadBalancers).toEqual([]);
  });

  it('does the writes of a change in their order', async () => {
    await opened.store.change(
      writing(
        putOrigin('a', 'first'),
        { action: 'remove', kind: 'origin', name: originName('a') },
        putOrigin('a', 'second'),
        putOrigin('b'),
        { action: 'remove', kind: 'origin', name: originName('b') },
      ),
    );
    expect((await opened.store.snapshot()).origins.map(({ name, region }) => [name, region])).toEqual([
      ['a', 'second'],
    ]);
  });

  it('hands the decision what is stored, and the caller its answer', async () => {
    await opened.store.change(writing(putOrigin('a')));
    const answer = await opened.store.change((current) => ({ writes: [], answer: originNames(current) }));
    expect(answer).toEqual(['a']);
  });

  it('writes nothing when the decision throws, and passes the error on', async () => {
    await opened.store.change(writing(putOrigin('a')));
    const refusal = new Error('not allowed');
    const change = opened.store.change(() => {
      throw refusal;
    });
    await expect(change).rejects.toBe(refusal);
    expect(originNames(await opened.store.snapshot())).toEqual(['a']);
  });

  it('undoes the writes before one that fails, and goes on working', async () => {
    await opened.store.change(writing(putOrigin('a', 'old'), putOrigin('gone')));
    await opened.refuse('poison');
    const change = opened.store.change(
      writing(
        putOrigin('a', 'new'),
        { action: 'remove', kind: 'origin', name: originName('gone') },
        putOrigin('poison'),
        putOrigin('after'),
      ),
    );
    await expect(change).rejects.toThrow('refused');
    expect((await opened.store.snapshot()).origins.map(({ name, region }) => [name, region])).toEqual([
      ['a', 'old'],
      ['gone', 'test'],
    ]);
    await opened.store.change(writing(putOrigin('later')));
    expect(originNames(await opened.store.snapshot())).toEqual(['a', 'gone', 'later']);
  });

  describe('deleted load balancers', () => {
    const remove = (name: string): ConfigurationWrite => ({
      action: 'remove',
      kind: 'load-balancer',
      name: loadBalancerName(name),
    });
    const deleted = async () => (await opened.store.deletedLoadBalancers()).map(({ name }) => name);

    it('are remembered with their time, ordered by name, and nothing else that was removed is', async () => {
      await opened.store.change(writing(putOrigin('o'), putLoadBalancer('shop'), putLoadBalancer('blog')));
      expect(await deleted()).toEqual([]);
      await opened.store.change(writing(remove('shop'), { action: 'remove', kind: 'origin', name: originName('o') }));
      time.nowMs += 1_000;
      await opened.store.change(writing(remove('blog')));
      expect(await opened.store.deletedLoadBalancers()).toEqual([
        { name: 'blog', deletedAtMs: time.nowMs },
        { name: 'shop', deletedAtMs: time.nowMs - 1_000 },
      ]);
    });

    it('are forgotten when they are created again', async () => {
      await opened.store.change(writing(putLoadBalancer('shop')));
      await opened.store.change(writing(remove('shop')));
      await opened.store.change(writing(putLoadBalancer('shop')));
      expect(await deleted()).toEqual([]);
    });

    it('are not remembered when the change that deletes them fails', async () => {
      await opened.store.change(writing(putLoadBalancer('shop')));
      await opened.refuse('poison');
      await expect(opened.store.change(writing(remove('shop'), putOrigin('poison')))).rejects.toThrow('refused');
      expect(await deleted()).toEqual([]);
    });

    it('are forgotten after thirty days, and when there are more than a thousand', async () => {
      await opened.store.change(writing(remove('old')));
      time.nowMs += DELETION_MEMORY_MS;
      expect(await deleted()).toEqual(['old']);
      time.nowMs += 1;
      expect(await deleted()).toEqual([]);
      const names = Array.from({ length: DELETIONS_KEPT }, (_, index) => `lb-${1_000 + index}`);
      await opened.store.change(writing(...names.map(remove)));
      time.nowMs += 1;
      await opened.store.change(writing(remove('newest')));
      expect(await deleted()).toEqual([...names.slice(0, -1), 'newest']);
    });
  });

  it('loses none of 50 concurrent changes, each deciding from the one before', async () => {
    await opened.store.change(writing(putOrigin('counter', '0')));
    const seen = await Promise.all(
      Array.from({ length: 50 }, () =>
        opened.store.change((current) => {
          const count = Number(current.origins[0]?.region);
          return { writes: [putOrigin('counter', String(count + 1))], answer: count };
        }),
      ),
    );
    expect(seen.toSorted((left, right) => left - right)).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect((await opened.store.snapshot()).origins[0]?.region).toBe('50');
  });

  it('keeps concurrent changes that succeed when others among them fail', async () => {
    await opened.refuse('poison');
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        opened.store.change(writing(putOrigin(`o${index}`), putOrigin(index % 2 === 0 ? `p${index}` : 'poison'))),
      ),
    );
    expect(results.map(({ status }) => status)).toEqual(
      Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 'fulfilled' : 'rejected')),
    );
    const kept = Array.from({ length: 10 }, (_, index) => [`o${2 * index}`, `p${2 * index}`]).flat();
    expect(new Set(originNames(await opened.store.snapshot()))).toEqual(new Set(kept));
  });

  it('never shows half a change to a reader', async () => {
    const reads: Promise<Configuration>[] = [];
    const changes = Array.from({ length: 10 }, (_, index) => {
      const change = opened.store.change(writing(putOrigin('a', String(index)), putOrigin('b', String(index))));
      reads.push(opened.store.snapshot());
      return change;
    });
    await Promise.all(changes);
    const regions = (await Promise.all(reads)).map(({ origins }) => origins.map(({ region }) => region));
    expect(regions.filter(([first, second]) => first !== second)).toEqual([]);
    // Those may all have been before the first change.
    expect((await opened.store.snapshot()).origins.map(({ region }) => region)).toEqual(['9', '9']);
  });
}

function storedOnes(implementation: Implementation): void {
  it('keeps everything when it is closed and opened again', async () => {
    await opened.store.change(writing(putOrigin('a'), putEdge('b'), putLoadBalancer('c')));
    const before = await opened.store.snapshot();
    await opened.close();
    opened = await open(implementation);
    expect(await opened.store.snapshot()).toEqual(before);
  });

  it('finishes what is under way before it closes, and refuses what comes later', async () => {
    const change = opened.store.change(writing(putOrigin('a')));
    const closed = opened.close();
    const late = opened.store.snapshot();
    await Promise.all([expect(change).resolves.toBeNull(), expect(late).rejects.toThrow(), closed]);
    opened = await open(implementation);
    expect(originNames(await opened.store.snapshot())).toEqual(['a']);
  });

  it('loses nothing it acknowledged when its process is killed in the middle of writing', async () => {
    await opened.close();
    const acknowledged = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      for (const name of await killWhileWriting(database?.url ?? join(directory, 'weir.db'), 20 + 7 * round))
        acknowledged.add(name);
    }
    opened = await open(implementation);
    const { origins, edges } = await opened.store.snapshot();
    const stored = new Set<string>(origins.map(({ name }) => name));
    expect([...acknowledged].filter((name) => !stored.has(name))).toEqual([]);
    expect(
      edges.map(({ name }) => name),
      'each change wrote an origin and an edge',
    ).toEqual([...stored]);
  });
}

describe('configuration store, in memory', () => {
  openForEach(inMemory);
  everyStore();
});

describe('configuration store, embedded database', () => {
  openForEach(embeddedDatabase);
  everyStore();
  storedOnes(embeddedDatabase);
});

describeWith('configuration store, PostgreSQL', postgresPart(), (serverUrl) => {
  openForEach(postgres, serverUrl);
  everyStore();
  storedOnes(postgres);

  it('loses no change of several control planes, each deciding from the one before', async () => {
    const others = await Promise.all([open(postgres), open(postgres)]);
    const stores = [opened, ...others].map(({ store }) => store);
    await stores[0]!.change(writing(putOrigin('counter', '0')));
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        stores[index % stores.length]!.change((current) => ({
          writes: [putOrigin('counter', String(Number(current.origins[0]?.region) + 1))],
          answer: null,
        })),
      ),
    );
    for (const other of others) await other.close();
    opened = await reopened();
    expect((await opened.store.snapshot()).origins[0]?.region).toBe('30');

    async function reopened(): Promise<Opened> {
      await opened.close();
      return open(postgres);
    }
  });

  it('is read again for a change only when somebody else has changed it, in whatever way', async () => {
    const other = await open(postgres);
    await opened.store.change(writing(putOrigin('a')));
    const find = vi.spyOn(EntityManager.prototype, 'find');
    const readings = () => find.mock.calls.filter(([entity]) => entity === resourceEntity).length;
    await opened.store.change(writing(putOrigin('b')));
    expect(originNames(await opened.store.snapshot())).toEqual(['a', 'b']);
    expect(readings()).toBe(0);

    await other.store.change(writing(putOrigin('c')));
    await withClient(database!.url, (client) => client.query("DELETE FROM resources WHERE name = 'a'"));
    const known = await opened.store.change((current) => ({ writes: [], answer: originNames(current) }));
    expect(known).toEqual(['b', 'c']);
    find.mockRestore();
    await other.close();
  });
});

/** Vite loads the writer from its sources, so that no build has to come first. */
const LOADER = `
  import { runnerImport } from 'vite';
  const [program, database] = process.argv.slice(1);
  const resolve = { conditions: ['source', 'node', 'import', 'module', 'default'], noExternal: [/^#/] };
  const { module } = await runnerImport(program, { environments: { inline: { resolve } } });
  await module.writeUntilKilled(database);
`;
const WRITER = fileURLToPath(new URL('./acknowledging-writer.ts', import.meta.url));

/** Runs the writer until it has acknowledged some changes, kills it, and answers all that it acknowledged by then. */
async function killWhileWriting(database: string, acknowledgements: number): Promise<readonly string[]> {
  const writer = spawn(process.execPath, ['--input-type=module', '--eval', LOADER, WRITER, database], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(writer, 'exit');
  const names: string[] = [];
  for await (const name of createInterface({ input: writer.stdout })) {
    names.push(name);
    if (names.length === acknowledgements) writer.kill('SIGKILL');
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  return names;
}
