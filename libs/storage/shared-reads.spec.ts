import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { beforeEach, describe, expect, it } from 'vitest';
import { SharedReads } from './shared-reads.js';

const MANAGER = {} as EntityManager;

describe('SharedReads', () => {
  let stored: Map<string, number>;
  let asked: (readonly string[])[];
  let reads: SharedReads<number>;

  beforeEach(() => {
    stored = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    asked = [];
    reads = new SharedReads({ read: (work) => work(MANAGER) }, (_manager, keys) => {
      asked.push(keys);
      return Promise.resolve(new Map([...stored].filter(([key]) => keys.includes(key))));
    });
  });

  it('reads once for all who ask in one turn, and tells each its own', async () => {
    expect(await Promise.all(['b', 'a', 'none', 'a'].map((key) => reads.find(key)))).toEqual([2, 1, null, 1]);
    expect(asked).toEqual([['b', 'a', 'none']]);
  });

  it('reads anew for who asks later, even while the first read is under way', async () => {
    let tell: (rows: ReadonlyMap<string, number>) => void = () => undefined;
    const told = new Promise<ReadonlyMap<string, number>>((resolve) => {
      tell = resolve;
    });
    const slow = new SharedReads<number>({ read: (work) => work(MANAGER) }, (_manager, keys) => {
      asked.push(keys);
      return asked.length === 1 ? told : Promise.resolve(stored);
    });
    const first = slow.find('a');
    await nextTurn();
    expect(asked).toEqual([['a']]);
    stored.set('a', 7);
    expect(await slow.find('a')).toBe(7);
    tell(new Map([['a', 1]]));
    expect(await first).toBe(1);
  });

  it('tells what was stored after the question, if not later', async () => {
    const found = reads.find('a');
    stored.set('a', 7);
    expect(await found).toBe(7);
  });

  it('reads no more than 256 at once', async () => {
    const keys = Array.from({ length: 520 }, (_, index) => `edge-${index}`);
    await Promise.all(keys.map((key) => reads.find(key)));
    expect(asked.map(({ length }) => length)).toEqual([256, 256, 8]);
    expect(asked.flat()).toEqual(keys);
  });

  it('fails all who share a read that fails, and nobody after them', async () => {
    let isAway = true;
    const away = new SharedReads<number>(
      { read: (work) => (isAway ? Promise.reject(new Error('gone')) : work(MANAGER)) },
      () => Promise.resolve(stored),
    );
    const answers = await Promise.allSettled([away.find('a'), away.find('b')]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isAway = false;
    expect(await away.find('a')).toBe(1);
  });
});
