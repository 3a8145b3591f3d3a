import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccessToken } from '#core/model/access-token.js';
import { edgeName } from '#core/model/name.js';
import type { TokenChange, TokenStore } from '#core/ports/token-store.js';
import { openDatabase } from '#storage/open-database.js';
import { TypeormTokenStore } from '#storage/typeorm-token-store.js';
import { UnitOfWork } from '#storage/unit-of-work.js';
import { InMemoryTokenStore } from '#testkit/in-memory-token-store.js';

interface Opened {
  readonly store: TokenStore;
  close(): Promise<void>;
}

interface Implementation {
  readonly name: string;
  open(directory: string): Promise<Opened>;
}

const inMemory: Implementation = {
  name: 'in memory',
  open: () => Promise.resolve({ store: new InMemoryTokenStore(), close: () => Promise.resolve() }),
};

const embeddedDatabase: Implementation = {
  name: 'embedded database',
  async open(directory) {
    const unitOfWork = new UnitOfWork(await openDatabase({ path: join(directory, 'weir.db') }));
    return { store: new TypeormTokenStore(unitOfWork), close: () => unitOfWork.close() };
  },
};

function aToken(name: string, change: Partial<AccessToken> = {}): AccessToken {
  return {
    id: `id-of-${name}`,
    name,
    role: 'viewer',
    edge: null,
    digest: 'ab'.repeat(32),
    createdAtMs: 1_795_143_600_123,
    expiresAtMs: null,
    lastUsedAtMs: null,
    ...change,
  };
}

const adding =
  (...tokens: AccessToken[]) =>
  (): TokenChange<null> => ({ writes: tokens.map((token) => ({ action: 'add', token })), answer: null });

let directory: string;
let opened: Opened;

async function openIn(implementation: Implementation): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), 'weir-tokens-'));
  opened = await implementation.open(directory);
}

async function removeAll(): Promise<void> {
  await opened.close();
  await rm(directory, { recursive: true });
}

describe.each([inMemory, embeddedDatabase])('token store, $name', (implementation) => {
  beforeEach(() => openIn(implementation));
  afterEach(removeAll);

  it('is empty at first', async () => {
    expect(await opened.store.list()).toEqual([]);
    expect(await opened.store.find('ghost')).toBeNull();
  });

  it('gives tokens back as they were added, ordered by code unit of their names', async () => {
    const full = aToken('b', { role: 'edge', edge: edgeName('ams-1'), expiresAtMs: 0, lastUsedAtMs: 7 });
    await opened.store.change(adding(full, aToken('z9'), aToken('a-c'), aToken('a')));
    expect((await opened.store.list()).map(({ name }) => name)).toEqual(['a', 'a-c', 'b', 'z9']);
    expect(await opened.store.find(full.id)).toEqual(full);
    expect((await opened.store.list())[2]).toEqual(full);
  });

  it('hands the decision what is stored, and the caller its answer', async () => {
    await opened.store.change(adding(aToken('a')));
    const names = await opened.store.change((current) => ({ writes: [], answer: current.map(({ name }) => name) }));
    expect(names).toEqual(['a']);
  });

  it('removes', async () => {
    await opened.store.change(adding(aToken('a'), aToken('b')));
    await opened.store.change(() => ({ writes: [{ action: 'remove', id: 'id-of-a' }], answer: null }));
    expect(await opened.store.find('id-of-a')).toBeNull();
    expect(await opened.store.list()).toEqual([aToken('b')]);
  });

  it.each([
    ['name', { id: 'other' }],
    ['id', { name: 'other' }],
  ])('refuses a second token of one %s, and everything it came with', async (_what, change) => {
    await opened.store.change(adding(aToken('a')));
    await expect(opened.store.change(adding(aToken('b'), aToken('a', change)))).rejects.toThrow();
    expect(await opened.store.list()).toEqual([aToken('a')]);
  });

  it('writes nothing when the decision throws, and passes the error on', async () => {
    const refusal = new Error('no');
    const changing = opened.store.change(() => {
      throw refusal;
    });
    await expect(changing).rejects.toBe(refusal);
    expect(await opened.store.list()).toEqual([]);
  });

  it('remembers when a token was used, and nothing of one that is gone', async () => {
    await opened.store.change(adding(aToken('a')));
    await opened.store.recordUse('id-of-a', 1_795_143_700_000);
    await opened.store.recordUse('ghost', 1);
    expect(await opened.store.list()).toEqual([aToken('a', { lastUsedAtMs: 1_795_143_700_000 })]);
  });

  it('lets one of two at once have a name', async () => {
    const taking = (id: string): Promise<boolean> =>
      opened.store.change((current) => {
        const isFree = current.length === 0;
        return { writes: isFree ? [{ action: 'add', token: aToken('a', { id }) }] : [], answer: isFree };
      });
    expect((await Promise.all([taking('x'), taking('y')])).sort()).toEqual([false, true]);
  });
});

describe('token store, embedded database', () => {
  beforeEach(() => openIn(embeddedDatabase));
  afterEach(removeAll);

  it('keeps everything when it is closed and opened again', async () => {
    await opened.store.change(adding(aToken('a')));
    await opened.close();
    opened = await embeddedDatabase.open(directory);
    expect(await opened.store.list()).toEqual([aToken('a')]);
  });
});
