import { beforeEach, describe, expect, it } from 'vitest';
import { AffinityTable } from './affinity-table.js';

let nowMs: number;
beforeEach(() => {
  nowMs = 0;
});
const tableOf = (mostClients: number) => new AffinityTable(mostClients, { monotonicMs: () => nowMs });

describe('AffinityTable', () => {
  it('remembers a client for its time after its last connection ended', () => {
    const table = tableOf(10);
    const release = table.hold('client', 'a', 60);
    nowMs = 100_000;
    expect(table.find('client')).toBe('a');
    release();
    nowMs += 59_999;
    expect(table.find('client')).toBe('a');
    nowMs += 1;
    expect(table.find('client')).toBeNull();
  });

  it('follows a client that had to go elsewhere', () => {
    const table = tableOf(10);
    const release = table.hold('client', 'a', 60);
    table.hold('client', 'b', 60)();
    release();
    expect(table.find('client')).toBe('b');
  });

  it('forgets those that have not come for longest when it is full', () => {
    const table = tableOf(2);
    for (const client of ['one', 'two', 'one', 'three']) table.hold(client, 'a', 60);
    expect(['one', 'two', 'three'].map((client) => table.find(client))).toEqual(['a', null, 'a']);
    expect(table.size).toBe(2);
  });
});
