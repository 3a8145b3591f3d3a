import { afterEach, beforeEach, expect, it } from 'vitest';
import { edgeName } from '#core/model/name.js';
import { PostgresReportExchange } from '#storage/postgres/postgres-report-exchange.js';
import { eventually } from '#testkit/eventually.js';
import { withClient } from '#testkit/postgres-client.js';
import { describeWith } from '#testkit/real-part.js';
import { createDatabase, postgresPart, type ThrowAwayDatabase } from '#testkit/throw-away-database.js';

describeWith('report exchange, PostgreSQL', postgresPart(), (serverUrl) => {
  let database: ThrowAwayDatabase;
  const exchanges: PostgresReportExchange[] = [];

  beforeEach(async () => {
    database = await createDatabase(serverUrl);
  });

  afterEach(async () => {
    for (const exchange of exchanges.splice(0)) await exchange.stop();
    await database.remove();
  });

  function join(author: string): { readonly exchange: PostgresReportExchange; readonly heard: string[] } {
    const [exchange, heard] = [new PostgresReportExchange({ url: database.url, author }), [] as string[]];
    exchanges.push(exchange);
    exchange.start((report) => heard.push(report));
    return { exchange, heard };
  }

  it('passes the reports of many edges to every other control plane, and none to their own', async () => {
    const [first, second, third] = [join('a'), join('b'), join('c')];
    const edges = Array.from({ length: 200 }, (_, index) => `e${index}`);
    for (const [index, edge] of edges.entries())
      (index % 2 === 0 ? first : second).exchange.offer(edgeName(edge), edge);
    await eventually(() => {
      expect(new Set(third.heard)).toEqual(new Set(edges));
      expect(new Set(first.heard)).toEqual(new Set(edges.filter((_, index) => index % 2 === 1)));
      expect(new Set(second.heard)).toEqual(new Set(edges.filter((_, index) => index % 2 === 0)));
    });
    expect(third.heard).toHaveLength(edges.length);
  });

  it('passes each edge’s next report on, whichever control plane got it', async () => {
    const [first, second, third] = [join('a'), join('b'), join('c')];
    for (const [turn, { exchange }] of [first, second, first].entries()) {
      exchange.offer(edgeName('ams'), String(turn));
      await eventually(() => {
        expect(third.heard.at(-1)).toBe(String(turn));
      });
    }
  });

  it('tells nobody what was reported long ago', async () => {
    await withClient(database.url, (client) =>
      client.query(
        `INSERT INTO agent_reports (edge, author, number, report) VALUES ('ams', 'x', 1767225600000, 'old')`,
      ),
    );
    const [first, second] = [join('a'), join('b')];
    first.exchange.offer(edgeName('fra'), 'new');
    await eventually(() => {
      expect(second.heard).toEqual(['new']);
    });
  });

  it('goes on after the table lost all it had, as in a crash', async () => {
    const [first, second] = [join('a'), join('b')];
    first.exchange.offer(edgeName('ams'), 'before');
    await eventually(() => {
      expect(second.heard).toEqual(['before']);
    });
    await withClient(database.url, (client) => client.query('TRUNCATE agent_reports'));
    first.exchange.offer(edgeName('ams'), 'after');
    await eventually(() => {
      expect(second.heard).toEqual(['before', 'after']);
    });
  });
});
