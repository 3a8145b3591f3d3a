import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Answer,
  answering,
  answers,
  FakePrometheus,
  result,
  vector,
} from '#telemetry/prometheus-source/fake-prometheus.js';
import { type FigureQuery, telemetryQueries } from '#telemetry/prometheus-source/telemetry-queries.js';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { dampingBreaches } from '#testkit/damping-contract.js';
import { eventually } from '#testkit/eventually.js';
import { metricValue } from '#testkit/exposition.js';
import { withLastWords } from '#testkit/last-words.js';
import { isLong } from '#testkit/thoroughness.js';
import { type HistoricCycle, WeirApi } from '#testkit/weir-api.js';
import { callApi } from '../e2e/api-client.js';

/*
 * Shares are on their way to a near origin that has room for everything, two points a cycle. Meanwhile Prometheus is wrong in one
 * way after the other: each time they stand still, and go on when it is right again.
 */
const CYCLE_SECONDS = 0.5;
const RATE_WINDOW_SECONDS = 5;
const WRONG_CYCLES = isLong ? 8 : 3;

/** As Weir sets them where operators do not. */
const DAMPING_BOUNDS = { maxShift: 0.02, overloadMaxShift: 0.25 };

const QUERIES = telemetryQueries(1_000 * RATE_WINDOW_SECONDS);
const EDGES = ['ams-1', 'fra-1'];
const ORIGINS = [
  { origin: 'near', endpoint: '192.0.2.1', rttSeconds: '0.005' },
  { origin: 'far', endpoint: '192.0.2.2', rttSeconds: '0.09' },
];
const FRESH_SECONDS = '0.2';

/** What an honest Prometheus knows of two edges, with `change` made to every value, and to every label. */
function telling(
  change: (value: string) => string = (value) => value,
  label: (labels: Record<string, string>) => Record<string, string> = (labels) => labels,
): Answer {
  const balancers = EDGES.map((edge) => ({ edge, load_balancer: 'shop' }));
  const arcs = balancers.flatMap((balancer) => ORIGINS.map((origin) => ({ ...balancer, ...origin })));
  const listed = (elements: readonly (readonly [Record<string, string>, string])[]): Answer =>
    vector(...elements.map(([labels, value]) => [label(labels), change(value)] as const));
  const figure = ({ value, ageSeconds }: FigureQuery, of: readonly (readonly [Record<string, string>, string])[]) => ({
    [value]: listed(of),
    [ageSeconds]: listed(of.map(([labels]) => [labels, FRESH_SECONDS] as const)),
  });
  const arcLabels = ({ edge, load_balancer, origin }: (typeof arcs)[number]) => ({ edge, load_balancer, origin });
  return answers({
    [QUERIES.edgeAgeSeconds]: listed(EDGES.map((edge) => [{ edge }, FRESH_SECONDS] as const)),
    ...figure(
      QUERIES.demand,
      balancers.map((labels) => [labels, '100']),
    ),
    ...figure(
      QUERIES.load,
      arcs.map((arc) => [arcLabels(arc), '50']),
    ),
    ...figure(
      QUERIES.activeConnections,
      arcs.map((arc) => [arcLabels(arc), '10']),
    ),
    ...figure(
      QUERIES.rttSeconds,
      arcs.map((arc) => [arcLabels(arc), arc.rttSeconds]),
    ),
    ...figure(
      QUERIES.health,
      arcs.map((arc) => [{ ...arcLabels(arc), endpoint: arc.endpoint }, '1']),
    ),
  });
}

const never: Answer = () => undefined;
const hangsUp: Answer = ({ socket }) => socket.destroy();
const half: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"status":"succ');
};

const WAYS: readonly (readonly [string, Answer])[] = [
  ['does not answer in time', never],
  ['answers with an error', answering(500, '{"status":"error","errorType":"internal","error":"out of memory"}')],
  ['tells NaN', telling(() => 'NaN')],
  ...(isLong
    ? ([
        ['knows nothing', vector()],
        [
          'tells figures under other names',
          telling(undefined, ({ edge, ...rest }) => ({ exported_edge: edge ?? '', ...rest })),
        ],
        ['hangs up', hangsUp],
        ['answers half of it', half],
        ['answers with what is not JSON', answering(200, '<html>Log in</html>')],
        ['answers with JSON that is none of its own', answering(200, '{"status":"success","data":null}')],
        ['answers with a matrix', result('matrix', [])],
        ['tells infinities', telling(() => '+Inf')],
        ['tells words', telling(() => 'many')],
        ['tells negative figures', telling((value) => `-${value}`)],
      ] as const)
    : []),
];

describe('a Prometheus that is wrong', () => {
  const prometheus = new FakePrometheus();
  const honest = telling();
  let answer: Answer = honest;
  let controlPlane: ControlPlaneProcess;
  let api: WeirApi;

  beforeAll(async () => {
    const url = await prometheus.listen((request: IncomingMessage, response: ServerResponse) => {
      answer(request, response);
    });
    controlPlane = await startControlPlane({
      environment: {
        WEIR_PROMETHEUS_URL: url,
        WEIR_CYCLE_SECONDS: String(CYCLE_SECONDS),
        WEIR_RATE_WINDOW_SECONDS: String(RATE_WINDOW_SECONDS),
      },
    });
    api = new WeirApi(controlPlane);
    await declare();
    await api.patch('/v1/origins/near', { capacity: { rate: 10_000 } });
  });

  afterAll(async () => {
    prometheus.close();
    await controlPlane.stop();
  });

  it.each(WAYS)('moves no share while it %s, and goes on when it is right again', (_what, wrong) =>
    withLastWords(
      () => [controlPlane],
      async () => {
        await movesOn();
        answer = wrong;
        // One may have asked before.
        await api.passCycles(2);
        const lastInformed = await api.lastCycleId();
        await api.passCycles(WRONG_CYCLES);
        const blind = await api.cyclesAfter(lastInformed - 1);
        expect(blind.length).toBeGreaterThan(WRONG_CYCLES);
        for (const cycle of blind) expect(sharesIn(cycle)).toEqual(sharesIn(blind[0]!));
        expect(reasonsIn(blind.at(-1)!)).toEqual(new Set(['stale']));
        expect(metricValue(await api.metrics(), 'weir_stale_inputs')).toBe(EDGES.length);
        // It can still serve: agents get what is in force, operators are answered.
        expect((await callApi(controlPlane.url, { path: '/readyz' })).status).toBe(200);
        answer = honest;
        await movesOn();
        expect(metricValue(await api.metrics(), 'weir_stale_inputs')).toBe(0);
      },
    ),
  );

  it('leaves every plan whole, and keeps the damping contract all the way', async () => {
    const cycles = (await api.cyclesAfter(0)).filter(({ plan }) => plan !== null);
    expect(cycles.length).toBeGreaterThan(WAYS.length * WRONG_CYCLES);
    for (const pair of cycles.flatMap(({ plan }) => plan!.pairs)) {
      expect(pair.shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    }
    expect(dampingBreaches(cycles, DAMPING_BOUNDS)).toEqual([]);
  });

  /** The near origin is full when it is declared; that it has room is said afterwards. */
  async function declare(): Promise<void> {
    for (const { origin, endpoint } of ORIGINS) {
      const capacity = origin === 'near' ? { capacity: { rate: 5 } } : {};
      await api.put(`/v1/origins/${origin}`, { region: origin, endpoints: [{ address: endpoint }], ...capacity });
    }
    for (const edge of EDGES) await api.put(`/v1/edges/${edge}`, { site: edge, region: 'eu' });
    await api.put('/v1/load-balancers/shop', {
      addresses: ['203.0.113.10'],
      listeners: [{ protocol: 'TCP', port: 443 }],
      origins: [{ origin: 'near' }, { origin: 'far' }],
    });
    await eventually(async () => {
      expect(await nearShare()).toBeLessThan(0.1);
    });
  }

  async function nearShare(): Promise<number> {
    const { pairs } = await api.shares('shop');
    const near = pairs.map(({ shares }) => shares.find(({ origin }) => origin === 'near')?.share ?? Number.NaN);
    expect(near).toHaveLength(EDGES.length);
    return Math.min(...near);
  }

  async function movesOn(): Promise<void> {
    const before = await nearShare();
    await eventually(async () => {
      expect(await nearShare()).toBeGreaterThan(before);
    });
  }
});

function sharesIn({ plan }: HistoricCycle): readonly number[] {
  return plan!.pairs.flatMap(({ shares }) => shares.map(({ share }) => share));
}

function reasonsIn({ plan }: HistoricCycle): ReadonlySet<string> {
  return new Set(plan!.pairs.flatMap(({ shares }) => shares.map(({ reason }) => reason)));
}
