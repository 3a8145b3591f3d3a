import { describe, expect, it } from 'vitest';
import { exampleConfiguration } from '../configuration/example-configuration.js';
import { routesOf } from '../configuration/routes.js';
import type { ActualService } from '../data-plane/data-plane.js';
import { serviceKey } from '../data-plane/service.js';
import { CountedTable } from './counted-table.js';

const routes = routesOf(exampleConfiguration());
const web = { protocol: 'TCP', address: '203.0.113.10', port: 443 } as const;
const owned = new Set([serviceKey(web)]);

const service = (port: number, connections: number): ActualService => ({
  ...web,
  port,
  settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
  counters: { connections },
  destinations: [],
});

describe('CountedTable', () => {
  it('answers the whole table, and keeps and counts what is owned', async () => {
    const table = new CountedTable({ read: () => Promise.resolve([service(443, 3), service(80, 9)]) });
    expect((await table.read({ owned, routes })).map(({ port }) => port)).toEqual([443, 80]);
    expect(table.services.map(({ port }) => port)).toEqual([443]);
    expect([...table.ledger.listeners.values()].map(({ counters }) => counters.connections)).toEqual([3]);
  });

  it('counts nothing anew while the same table is read, and everything that another one adds', async () => {
    let shown = [service(443, 3)];
    const table = new CountedTable({ read: () => Promise.resolve(shown) });
    await table.read({ owned, routes });
    const { ledger, services } = table;
    await table.read({ owned, routes });
    expect([table.ledger, table.services]).toEqual([ledger, services]);
    expect(table.ledger).toBe(ledger);
    shown = [service(443, 10)];
    await table.read({ owned, routes });
    expect([...table.ledger.listeners.values()].map(({ counters }) => counters.connections)).toEqual([10]);
  });

  it('looks again when something else is owned', async () => {
    const shown = [service(443, 3), service(80, 9)];
    const table = new CountedTable({ read: () => Promise.resolve(shown) });
    await table.read({ owned: new Set(), routes: [] });
    expect(table.services).toEqual([]);
    await table.read({ owned, routes });
    expect(table.services.map(({ port }) => port)).toEqual([443]);
  });
});
