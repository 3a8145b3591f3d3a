import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InMemoryTokenStore } from '#testkit/in-memory-token-store.js';
import { ManualClock } from '#testkit/manual-clock.js';
import { ensureAdminToken, UnusableTokenFile } from './first-token.js';
import { generateToken, readToken } from './token-secret.js';
import { identityOf } from './token-service.js';

let directory: string;
let store: InMemoryTokenStore;
let shown: string[];
const clock = new ManualClock();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-first-token-'));
  store = new InMemoryTokenStore();
  shown = [];
});
afterEach(() => rm(directory, { recursive: true }));

const ensure = (file: string | null = null) =>
  ensureAdminToken({ store, clock, file, show: (token) => void shown.push(token) });

describe('ensureAdminToken', () => {
  it('makes one up at the first start, shows it once, and keeps no more than its hash', async () => {
    await ensure();
    await ensure();
    expect(shown).toHaveLength(1);
    const tokens = await store.list();
    expect(tokens).toMatchObject([{ name: 'admin', role: 'admin', ...readToken(shown[0]!) }]);
    expect(JSON.stringify(tokens)).not.toContain(shown[0]!.split('_').at(-1));
  });

  it('takes the one in its file, and shows nothing', async () => {
    const [file, secret] = [join(directory, 'token'), generateToken()];
    await writeFile(file, `${secret}\n`);
    await ensure(file);
    expect(shown).toEqual([]);
    expect(await store.list()).toMatchObject([identityOf(secret)]);
  });

  it.each([
    ['is missing', null],
    ['is empty', ''],
    ['has something else', 'hunter2'],
  ])('stores nothing when the file %s, and does not tell what is in it', async (_what, content) => {
    const file = join(directory, 'token');
    if (content !== null) await writeFile(file, content);
    const failure: unknown = await ensure(file).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnusableTokenFile);
    expect(String(failure)).toContain(file);
    expect(String(failure)).not.toContain('hunter2');
    expect(await store.list()).toEqual([]);
  });

  it('makes another when the only one has expired, beside it', async () => {
    const old = { ...identityOf(generateToken()), name: 'admin', role: 'admin' as const, edge: null };
    const token = { ...old, createdAtMs: 0, expiresAtMs: clock.nowMs(), lastUsedAtMs: null };
    await store.change(() => ({ writes: [{ action: 'add', token }], answer: null }));
    await ensure();
    expect(shown).toHaveLength(1);
    expect(await store.list()).toHaveLength(2);
  });
});
