import { setTimeout as rest } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { dampingBreaches } from '#testkit/damping-contract.js';
import { eventually } from '#testkit/eventually.js';
import { withLastWords } from '#testkit/last-words.js';
import { urlOfDatabase, withClient } from '#testkit/postgres-client.js';
import { findPostgres } from '#testkit/postgres-program.js';
import { type PostgresServer, startPostgres } from '#testkit/postgres-server.js';
import { describeWith } from '#testkit/real-part.js';
import { isLong } from '#testkit/thoroughness.js';
import { WeirApi } from '#testkit/weir-api.js';
import { callApi } from '../e2e/api-client.js';
import { ReportingAgent } from '../e2e/reporting-agent.js';
import { seededRandom } from './seeded-random.js';

/*
 * Two control planes on one PostgreSQL whose processes are stopped, and go on later (SIGSTOP, SIGCONT): every connection stays open,
 * and nothing is answered. That is what a machine does that swaps or hangs; a server that has gone says so at once.
 */
const CYCLE_SECONDS = 1;
const LONGEST_PROBE_MS = 5_000;
const PAUSES = isLong ? 6 : 1;
/** At length: shorter than anything that is waited for, and longer. */
const LONGEST_PAUSE_MS = isLong ? 25_000 : 1_000;
const PATIENCE_MS = 60_000;

/** As Weir sets them where operators do not. */
const DAMPING_BOUNDS = { maxShift: 0.02, overloadMaxShift: 0.25 };

describeWith('a PostgreSQL that stands still', await findPostgres(), (programs) => {
  let server: PostgresServer;
  let both: readonly [ControlPlaneProcess, ControlPlaneProcess];
  const agent = new ReportingAgent('ams-1', 150);

  beforeAll(async () => {
    server = await startPostgres({ programs });
    await withClient(server.url, (client) => client.query('CREATE DATABASE weir'));
    const environment = {
      WEIR_DATABASE_URL: urlOfDatabase(server.url, 'weir'),
      WEIR_CYCLE_SECONDS: String(CYCLE_SECONDS),
      WEIR_RATE_WINDOW_SECONDS: '3',
    };
    both = [await startControlPlane({ environment }), await startControlPlane({ environment })];
    const api = new WeirApi(both[0]);
    await api.put('/v1/origins/near', { region: 'eu', endpoints: [{ address: '192.0.2.1' }], capacity: { rate: 100 } });
    await api.put('/v1/origins/far', { region: 'us', endpoints: [{ address: '192.0.2.2' }] });
    await api.put('/v1/edges/ams-1', { site: 'ams', region: 'eu' });
    await api.put('/v1/load-balancers/shop', {
      addresses: ['203.0.113.10'],
      listeners: [{ protocol: 'TCP', port: 443 }],
      origins: [{ origin: 'near' }, { origin: 'far' }],
    });
    agent.start(
      both.map(({ url }) => url),
      await api.edgeToken('ams-1'),
    );
    await eventually(() => {
      expect(agent.applied).not.toBeNull();
    });
    await api.passCycles(2);
  });

  afterAll(async () => {
    await server.resume();
    await agent.stop();
    for (const controlPlane of both) await controlPlane.stop();
    await server.remove();
  });

  const play = <T>(chapter: () => Promise<T>) => withLastWords(() => both, chapter);

  it('is told by readiness at once, leaves agents as they are, and all goes on by itself', () =>
    play(async () => {
      const held = agent.applied;
      await server.pause();
      await Promise.all(both.map(tellsTheTruth));
      expect(agent.applied).toEqual(held);
      await server.resume();
      await recovered();
    }));

  it('goes on by itself, however long it stands still', () =>
    play(async () => {
      const random = seededRandom(1);
      for (let count = 0; count < PAUSES; count += 1) {
        await server.pause();
        await rest(random() * LONGEST_PAUSE_MS);
        await server.resume();
        await recovered();
      }
    }));

  it('never told the agent anything older, nor moved a share without a reason', () =>
    play(async () => {
      const points = agent.seen.map(({ term, generation }) => [term, generation] as const);
      expect(points.length).toBeGreaterThan(1);
      expect(points).toEqual(points.toSorted((left, right) => left[0] - right[0] || left[1] - right[1]));
      // A transaction that was undone leaves a gap in the ids, and nothing else.
      const cycles = (await new WeirApi(both[0]).cyclesAfter(0)).map((cycle, index) => ({ ...cycle, id: index }));
      expect(dampingBreaches(cycles, DAMPING_BOUNDS)).toEqual([]);
    }));

  async function tellsTheTruth({ url }: ControlPlaneProcess): Promise<void> {
    const askedMs = performance.now();
    expect((await callApi(url, { path: '/readyz' })).status).toBe(503);
    expect(performance.now() - askedMs).toBeLessThan(LONGEST_PROBE_MS);
    expect((await callApi(url, { path: '/healthz' })).status).toBe(200);
    if (isLong) await refusesWrites(url);
  }

  /** Only after all that a statement may take. */
  async function refusesWrites(url: string): Promise<void> {
    const body = { region: 'eu', endpoints: [{ address: '192.0.2.3' }] };
    const refused = await callApi(url, { method: 'PUT', path: '/v1/origins/other', body });
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('2');
  }

  /** Both serve, one leads, cycles go on, and what is written at either reaches the agent. */
  async function recovered(): Promise<void> {
    await eventually(async () => {
      for (const { url } of both) expect((await callApi(url, { path: '/readyz' })).status).toBe(200);
      const roles = await Promise.all(both.map(async (each) => (await new WeirApi(each).scheduler()).role));
      expect(roles.toSorted()).toEqual(['leader', 'standby']);
    }, PATIENCE_MS);
    for (const each of both) {
      const api = new WeirApi(each);
      await api.passCycles(1);
      const before = agent.seen.length;
      const { distribution } = (await callApi(each.url, { path: '/v1/load-balancers/shop' })).body as Shop;
      const other = distribution === 'maglev-5-tuple' ? 'maglev-source-ip' : 'maglev-5-tuple';
      await api.patch('/v1/load-balancers/shop', { distribution: other });
      await eventually(() => {
        expect(agent.seen.length).toBeGreaterThan(before);
      });
    }
  }
});

interface Shop {
  readonly distribution: string;
}
