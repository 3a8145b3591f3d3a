import { beforeEach, describe, expect, it } from 'vitest';
import type { AccessToken } from '#core/model/access-token.js';
import { StorageUnavailable } from '#core/ports/storage-unavailable.js';
import { InMemoryTokenStore } from '#testkit/in-memory-token-store.js';
import { ManualClock } from '#testkit/manual-clock.js';
import { Authenticator } from './authenticator.js';
import { generateToken, readToken } from './token-secret.js';
import { identityOf } from './token-service.js';

const MINUTE_MS = 60_000;

let clock: ManualClock;
let store: InMemoryTokenStore;
let authenticator: Authenticator;
const secret = generateToken();
const presented = readToken(secret)!;

async function give(change: Partial<AccessToken> = {}): Promise<void> {
  const token = {
    name: 'a',
    role: 'viewer' as const,
    edge: null,
    createdAtMs: 0,
    expiresAtMs: null,
    lastUsedAtMs: null,
  };
  await store.change(() => ({
    writes: [{ action: 'add', token: { ...token, ...identityOf(secret), ...change } }],
    answer: null,
  }));
}

const revoke = () => store.change(() => ({ writes: [{ action: 'remove', id: presented.id }], answer: null }));

beforeEach(() => {
  clock = new ManualClock();
  clock.advance(60 * MINUTE_MS);
  store = new InMemoryTokenStore();
  authenticator = new Authenticator(store, clock);
});

describe('Authenticator', () => {
  it('knows who presents a token, and then without asking again', async () => {
    await give();
    expect(authenticator.recall(presented)).toBeNull();
    const caller = { tokenId: presented.id, name: 'a', role: 'viewer', edge: null };
    expect(await authenticator.authenticate(presented)).toEqual(caller);
    expect(authenticator.recall(presented)).toEqual(caller);
  });

  it('does not know another secret of the same token', async () => {
    await give();
    const guess = { ...presented, digest: presented.digest.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) };
    expect(await authenticator.authenticate(guess)).toBeNull();
    expect(await authenticator.authenticate({ ...presented, digest: '' })).toBeNull();
  });

  it('goes on knowing whom it knew while the database does not answer, for an hour', async () => {
    await give();
    let isAway = false;
    const find = (id: string) =>
      isAway ? Promise.reject(new StorageUnavailable({ cause: new Error('gone') })) : store.find(id);
    const here = new Authenticator({ find, recordUse: () => Promise.resolve() }, clock);
    await here.authenticate(presented);
    isAway = true;
    clock.advance(60 * MINUTE_MS);
    expect(await here.authenticate(presented)).toMatchObject({ name: 'a' });
    await expect(here.authenticate(readToken(generateToken())!)).rejects.toThrow(StorageUnavailable);
    clock.advance(1);
    await expect(here.authenticate(presented)).rejects.toThrow(StorageUnavailable);
  });

  it('hears of a token that was revoked elsewhere within five seconds, and here at once', async () => {
    await give();
    await authenticator.authenticate(presented);
    await revoke();
    clock.advance(5_001);
    expect(await authenticator.authenticate(presented)).toBeNull();

    await give();
    expect(await authenticator.authenticate(presented)).not.toBeNull();
    await revoke();
    authenticator.forget(presented.id);
    expect(await authenticator.authenticate(presented)).toBeNull();
  });

  it('asks for ten minutes nobody where nobody else could have revoked it', async () => {
    await give();
    const alone = new Authenticator(store, clock, { isAlone: true });
    await alone.authenticate(presented);
    await revoke();
    clock.advance(10 * MINUTE_MS);
    expect(await alone.authenticate(presented)).not.toBeNull();
    alone.forget(presented.id);
    expect(await alone.authenticate(presented)).toBeNull();
  });

  it('does not go on knowing a token that was revoked while it was looked up', async () => {
    await give();
    const find = async (id: string) => {
      const token = await store.find(id);
      await revoke();
      here.forget(id);
      return token;
    };
    const here = new Authenticator({ find, recordUse: () => Promise.resolve() }, clock, { isAlone: true });
    expect(await here.authenticate(presented)).not.toBeNull();
    expect(here.recall(presented)).toBeNull();
  });

  it('refuses a known token from the moment it expires', async () => {
    await give({ expiresAtMs: clock.nowMs() + 1_000 });
    expect(await authenticator.authenticate(presented)).not.toBeNull();
    clock.advance(1_000);
    expect(authenticator.recall(presented)).toBeNull();
    expect(await authenticator.authenticate(presented)).toBeNull();
  });

  it('remembers uses to within ten minutes', async () => {
    await give();
    const firstMs = clock.nowMs();
    await authenticator.authenticate(presented);
    clock.advance(9 * MINUTE_MS);
    await authenticator.authenticate(presented);
    expect((await store.list())[0]?.lastUsedAtMs).toBe(firstMs);
    clock.advance(MINUTE_MS);
    await authenticator.authenticate(presented);
    await authenticator.authenticate(presented);
    expect((await store.list())[0]?.lastUsedAtMs).toBe(clock.nowMs());
  });
});
