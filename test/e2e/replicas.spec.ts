import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADMIN_TOKEN, type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { dampingBreaches } from '#testkit/damping-contract.js';
import { eventually } from '#testkit/eventually.js';
import { metricValue } from '#testkit/exposition.js';
import { withLastWords } from '#testkit/last-words.js';
import { urlOfDatabase, withClient } from '#testkit/postgres-client.js';
import { findPostgres } from '#testkit/postgres-program.js';
import { type PostgresServer, startPostgres } from '#testkit/postgres-server.js';
import { describeWith } from '#testkit/real-part.js';
import { WeirApi } from '#testkit/weir-api.js';
import { callApi } from './api-client.js';
import { ReportingAgent } from './reporting-agent.js';

/*
 * Two control planes on one PostgreSQL, and one agent that changes between them. The story is played once, in the order of the
 * examples: who leads, who hears of what, then the leader dies, and the database goes and comes back.
 */
const CYCLE_SECONDS = 1;
const CYCLE_MS = 1_000 * CYCLE_SECONDS;
/** Of elections and wake-ups: they take a second at most, but on a machine that has much else to do. */
const SLACK_MS = 10_000;

/** As Weir sets them where operators do not. */
const DAMPING_BOUNDS = { maxShift: 0.02, overloadMaxShift: 0.25 };

const SHOP = {
  addresses: ['203.0.113.10'],
  listeners: [{ protocol: 'TCP', port: 443 }],
  origins: [{ origin: 'near' }, { origin: 'far' }],
};

describeWith('replicas', await findPostgres(), (programs) => {
  let server: PostgresServer;
  let databaseUrl: string;
  let first: ControlPlaneProcess;
  let second: ControlPlaneProcess;
  const agent = new ReportingAgent('ams-1', 150);
  const processes: ControlPlaneProcess[] = [];

  const start = async () => {
    const environment = {
      WEIR_DATABASE_URL: databaseUrl,
      WEIR_CYCLE_SECONDS: String(CYCLE_SECONDS),
      WEIR_RATE_WINDOW_SECONDS: '3',
    };
    const started = await startControlPlane({ environment });
    processes.push(started);
    return started;
  };
  const roleOf = async (controlPlane: ControlPlaneProcess) => (await new WeirApi(controlPlane).scheduler()).role;
  const leaderMetric = async (controlPlane: ControlPlaneProcess) =>
    metricValue(await new WeirApi(controlPlane).metrics(), 'weir_leader');
  const play = <T>(chapter: () => Promise<T>) => withLastWords(() => processes, chapter);

  beforeAll(async () => {
    server = await startPostgres({ programs });
    await withClient(server.url, (client) => client.query('CREATE DATABASE weir'));
    databaseUrl = urlOfDatabase(server.url, 'weir');
    // Started at once, on a database that neither has seen: one of them migrates.
    [first, second] = await Promise.all([start(), start()]);
    if ((await roleOf(second)) === 'leader') [first, second] = [second, first];
  });

  afterAll(async () => {
    await agent.stop();
    for (const each of processes) await each.stop();
    await server.remove();
  });

  it('have one leader, and are ready both', () =>
    play(async () => {
      expect([await roleOf(first), await roleOf(second)]).toEqual(['leader', 'standby']);
      expect([await leaderMetric(first), await leaderMetric(second)]).toEqual([1, 0]);
      for (const { url } of [first, second]) expect((await callApi(url, { path: '/readyz' })).status).toBe(200);
    }));

  it('take writes anywhere, and each other’s long polls wake', () =>
    play(async () => {
      const standby = new WeirApi(second);
      const endpoints = (address: string) => [{ address }];
      await standby.put('/v1/origins/near', {
        region: 'eu',
        endpoints: endpoints('192.0.2.1'),
        capacity: { rate: 100 },
      });
      await standby.put('/v1/origins/far', { region: 'us', endpoints: endpoints('192.0.2.2') });
      await standby.put('/v1/edges/ams-1', { site: 'ams', region: 'eu' });
      await standby.put('/v1/load-balancers/shop', SHOP);
      const token = await standby.edgeToken('ams-1');
      agent.start([second.url, first.url], token);
      await eventually(() => {
        expect(agent.applied).not.toBeNull();
      });
      for (const { url } of [first, second]) {
        const tag = (await callApi(url, { path: '/v1/agent/configuration?edge=ams-1', token })).headers.get('etag')!;
        const waiting = callApi(url, {
          path: '/v1/agent/configuration?edge=ams-1',
          headers: { 'if-none-match': tag, prefer: 'wait=25' },
          token,
        });
        const other = new WeirApi(url === first.url ? second : first);
        const startedMs = performance.now();
        await other.patch('/v1/load-balancers/shop', {
          distribution: url === first.url ? 'maglev-source-ip' : 'weighted-round-robin',
        });
        expect((await waiting).status).toBe(200);
        expect(performance.now() - startedMs).toBeLessThan(SLACK_MS);
      }
    }));

  it('run a cycle on demand, whoever is asked', () =>
    play(async () => {
      const cycle = await callApi(second.url, { method: 'POST', path: '/v1/scheduler/cycles' });
      expect(cycle.status).toBe(201);
      const ask = await callApi(second.url, { method: 'POST', path: '/v1/what-if', body: {} });
      expect(ask.status).toBe(200);
    }));

  it('know of an agent that reports to one of them only', () =>
    play(async () => {
      // The near origin fits 100 of 150 connections a second: only a leader that has the reports relieves it.
      agent.reportTo([second.url]);
      await eventually(async () => {
        const { pairs } = await new WeirApi(first).shares('shop');
        expect(pairs[0]!.demand).toBeGreaterThan(100);
        expect(pairs[0]!.shares.find(({ origin }) => origin === 'far')!.share).toBeGreaterThan(0.02);
      });
      for (const { url } of [first, second]) {
        const samples = await new WeirApi({ url, token: ADMIN_TOKEN }).metrics();
        expect(metricValue(samples, 'weir_agents_connected')).toBe(1);
      }
    }));

  it('lose their leader, and one cycle at most', () =>
    play(async () => {
      const api = new WeirApi(second);
      const { term } = await api.scheduler();
      const before = await api.lastCycleId();
      const killedMs = performance.now();
      await first.kill();
      await eventually(async () => {
        expect(await roleOf(second)).toBe('leader');
        expect(await api.lastCycleId()).toBeGreaterThan(before);
      });
      expect(performance.now() - killedMs).toBeLessThan(CYCLE_MS + SLACK_MS);
      expect((await api.scheduler()).term).toBeGreaterThan(term);
      expect(await leaderMetric(second)).toBe(1);
      // Goes on where the other one left off; what it publishes stands under its own term.
      await api.patch('/v1/load-balancers/shop', { distribution: 'weighted-least-connection' });
      await eventually(() => {
        expect(agent.applied?.term).toBeGreaterThan(term);
      });
    }));

  it('answer what they can without a database, and go on by themselves when it is back', () =>
    play(async () => {
      first = await start();
      agent.pollFrom([first.url, second.url]);
      agent.reportTo([first.url, second.url]);
      const held = agent.applied;
      // Whom a control plane has seen before, it knows on in an outage.
      for (const controlPlane of [first, second]) await leaderMetric(controlPlane);
      await server.stop('crash');
      for (const { url } of [first, second]) {
        await eventually(async () => {
          expect((await callApi(url, { path: '/readyz' })).status).toBe(503);
        });
        const refused = await callApi(url, { path: '/v1/origins/near' });
        expect(refused.status).toBe(503);
        expect(refused.body).toMatchObject({ code: 'unavailable' });
        expect(refused.headers.get('retry-after')).toBe('2');
        expect((await callApi(url, { path: '/healthz' })).status).toBe(200);
        expect(await new WeirApi({ url, token: ADMIN_TOKEN }).metrics()).not.toEqual([]);
      }
      const seen = agent.seen.length;
      await server.start();
      await eventually(async () => {
        for (const { url } of [first, second]) expect((await callApi(url, { path: '/readyz' })).status).toBe(200);
        expect([await roleOf(first), await roleOf(second)].sort()).toEqual(['leader', 'standby']);
      });
      const api = new WeirApi(first);
      await api.passCycles(2);
      await new WeirApi(second).patch('/v1/load-balancers/shop', { distribution: 'maglev-5-tuple' });
      await eventually(() => {
        expect(agent.seen.length).toBeGreaterThan(seen);
        expect(agent.applied).not.toEqual(held);
      });
    }));

  it('never told the agent anything older, nor moved a share without a reason', () =>
    play(async () => {
      const points = agent.seen.map(({ term, generation }) => [term, generation] as const);
      expect(points.length).toBeGreaterThan(4);
      expect(points).toEqual(points.toSorted((left, right) => left[0] - right[0] || left[1] - right[1]));
      const cycles = (await new WeirApi(first).cyclesAfter(0))
        // A transaction that was undone leaves a gap in the ids, and nothing else.
        .map((cycle, index) => ({ ...cycle, id: index }));
      expect(new Set(cycles.map(({ published }) => published?.term ?? 0)).size).toBeGreaterThan(2);
      expect(dampingBreaches(cycles, DAMPING_BOUNDS)).toEqual([]);
    }));
});
