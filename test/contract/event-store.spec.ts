import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewEvent, StoredEvent } from '#core/model/event.js';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import type { EventStore } from '#core/ports/event-store.js';
import { openDatabase } from '#storage/open-database.js';
import { TypeormConfigurationStore } from '#storage/typeorm-configuration-store.js';
import { TypeormEventStore } from '#storage/typeorm-event-store.js';
import { UnitOfWork } from '#storage/unit-of-work.js';
import { InMemoryConfigurationStore } from '#testkit/in-memory-configuration-store.js';
import { anEdge } from '#testkit/model-builders.js';

interface Opened {
  readonly events: EventStore;
  /** Writes events within its own changes. */
  readonly configurations: ConfigurationStore;
  close(): Promise<void>;
}

interface Implementation {
  readonly name: string;
  open(directory: string): Promise<Opened>;
}

const inMemory: Implementation = {
  name: 'in memory',
  open() {
    const configurations = new InMemoryConfigurationStore();
    return Promise.resolve({ events: configurations.events, configurations, close: () => Promise.resolve() });
  },
};

const embeddedDatabase: Implementation = {
  name: 'embedded database',
  async open(directory) {
    const unitOfWork = new UnitOfWork(await openDatabase({ path: join(directory, 'weir.db') }));
    return {
      events: new TypeormEventStore(unitOfWork),
      configurations: new TypeormConfigurationStore(unitOfWork),
      close: () => unitOfWork.close(),
    };
  },
};

function anEvent(change: Partial<NewEvent> = {}): NewEvent {
  return {
    atMs: 1_795_143_600_123,
    type: 'audit.changed',
    resource: 'origins/eu',
    actor: 'ann',
    requestId: 'r-1',
    summary: 'ann changed origins/eu',
    before: { capacity: { rate: 0 }, labels: { '': "'東京'" } },
    after: null,
    ...change,
  };
}

const sequences = (events: readonly StoredEvent[]) => events.map(({ sequence }) => sequence);

let directory: string;
let opened: Opened;

async function openIn(implementation: Implementation): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), 'weir-events-'));
  opened = await implementation.open(directory);
}

async function removeAll(): Promise<void> {
  await opened.close();
  await rm(directory, { recursive: true });
}

describe.each([inMemory, embeddedDatabase])('event store, $name', (implementation) => {
  beforeEach(() => openIn(implementation));
  afterEach(removeAll);

  it('is empty at first', async () => {
    expect(await opened.events.newest({}, 10)).toEqual([]);
    expect(await opened.events.extent()).toEqual({ oldest: null, last: 0 });
  });

  it('gives events back as they were appended, numbered from one', async () => {
    const other = anEvent({ type: 'agent.lost', actor: null, requestId: null, before: null, after: [1, 'two', null] });
    await opened.events.append([anEvent(), other]);
    await opened.events.append([]);
    const stored = [
      { ...anEvent(), sequence: 1 },
      { ...other, sequence: 2 },
    ];
    expect(await opened.events.following({}, 10, 0)).toEqual(stored);
    expect(await opened.events.newest({}, 10)).toEqual(stored.toReversed());
    expect(await opened.events.extent()).toEqual({ oldest: 1, last: 2 });
  });

  it('pages in both directions without gap or repeat', async () => {
    for (let count = 0; count < 5; count++) await opened.events.append([anEvent(), anEvent()]);
    expect(sequences(await opened.events.newest({}, 4))).toEqual([10, 9, 8, 7]);
    expect(sequences(await opened.events.newest({}, 4, 7))).toEqual([6, 5, 4, 3]);
    expect(sequences(await opened.events.following({}, 4, 3))).toEqual([4, 5, 6, 7]);
    expect(await opened.events.following({}, 4, 10)).toEqual([]);
  });

  it.each([
    [{ type: 'audit' }, [1, 2]],
    [{ type: 'audit.deleted' }, [2]],
    [{ type: 'aud' }, []],
    [{ resource: 'edges/ams-1' }, [2, 3]],
    [{ resource: 'edges/%' }, []],
    [{ sinceMs: 2_000 }, [2, 3]],
    [{ type: 'audit', resource: 'edges/ams-1', sinceMs: 2_000 }, [2]],
  ])('finds those of %j', async (filter, expected) => {
    await opened.events.append([
      anEvent({ atMs: 1_999 }),
      anEvent({ atMs: 2_000, type: 'audit.deleted', resource: 'edges/ams-1' }),
      anEvent({ atMs: 3_000, type: 'agent.lost', resource: 'edges/ams-1' }),
    ]);
    expect(sequences(await opened.events.following(filter, 10, 0))).toEqual(expected);
    expect(sequences(await opened.events.newest(filter, 10))).toEqual(expected.toReversed());
  });

  it('drops what is too many or too old, and never gives a number again', async () => {
    await opened.events.append([1, 2, 3, 4].map((second) => anEvent({ atMs: second * 1_000 })));
    await opened.events.prune({ eventsKept: 3, oldestMs: 0 });
    expect(sequences(await opened.events.following({}, 10, 0))).toEqual([2, 3, 4]);
    await opened.events.prune({ eventsKept: 3, oldestMs: 4_000 });
    expect(await opened.events.extent()).toEqual({ oldest: 4, last: 4 });
    await opened.events.prune({ eventsKept: 3, oldestMs: 5_000 });
    expect(await opened.events.extent()).toEqual({ oldest: null, last: 4 });
    await opened.events.append([anEvent()]);
    expect(sequences(await opened.events.newest({}, 10))).toEqual([5]);
  });

  it('numbers concurrent events without gap or repeat', async () => {
    await Promise.all(Array.from({ length: 20 }, () => opened.events.append([anEvent(), anEvent()])));
    const expected = Array.from({ length: 40 }, (_, index) => index + 1);
    expect(sequences(await opened.events.following({}, 100, 0))).toEqual(expected);
  });

  it('has the events of a change together with it, or not at all', async () => {
    const put = { action: 'put', kind: 'edge', resource: anEdge('ams-1') } as const;
    await opened.configurations.change(() => ({ writes: [put], answer: null, events: [anEvent()] }));
    const failing = opened.configurations.change(() => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(sequences(await opened.events.newest({}, 10))).toEqual([1]);
    expect((await opened.configurations.snapshot()).edges).toHaveLength(1);
  });
});

describe('event store, embedded database', () => {
  beforeEach(() => openIn(embeddedDatabase));
  afterEach(removeAll);

  it('undoes a change whose event cannot be written', async () => {
    const put = { action: 'put', kind: 'edge', resource: anEdge('ams-1') } as const;
    const unwritable = anEvent({ summary: null as unknown as string });
    await expect(
      opened.configurations.change(() => ({ writes: [put], answer: null, events: [unwritable] })),
    ).rejects.toThrow();
    expect((await opened.configurations.snapshot()).edges).toEqual([]);
    expect(await opened.events.extent()).toEqual({ oldest: null, last: 0 });
  });

  it('goes on with its numbers when it is closed and opened again', async () => {
    await opened.events.append([anEvent()]);
    await opened.close();
    opened = await embeddedDatabase.open(directory);
    await opened.events.append([anEvent()]);
    expect(sequences(await opened.events.newest({}, 10))).toEqual([2, 1]);
  });
});
