import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#testkit/manual-clock.js';
import {
  answering,
  answers,
  FakePrometheus,
  queryOf,
  scalar,
  vector,
  type Answer,
  type Element,
} from './fake-prometheus.js';
import { PrometheusSource } from './prometheus-source.js';
import { telemetryQueries } from './telemetry-queries.js';
import type { TelemetryUnavailable } from './telemetry-unavailable.js';

const idle = new AbortController().signal;
const rateWindowMs = 60_000;
const queries = telemetryQueries(rateWindowMs);
const prometheus = new FakePrometheus();

afterEach(() => {
  prometheus.close();
});

function sourceAt(url: string, timeoutMs = 5_000): PrometheusSource {
  return new PrometheusSource({ url, rateWindowMs, timeoutMs, clock: new ManualClock() });
}

async function failureOf(source: PrometheusSource, signal = idle): Promise<TelemetryUnavailable> {
  return source.observe(signal, []).then(
    () => expect.unreachable('an observation was given'),
    (error: unknown) => error as TelemetryUnavailable,
  );
}

describe('PrometheusSource', () => {
  it('puts vectors together edge by edge, in milliseconds, in the order of their names', async () => {
    const fra = { load_balancer: 'shop', edge: 'fra-1' };
    const ams = { load_balancer: 'shop', edge: 'ams-1' };
    const api = { load_balancer: 'api', edge: 'fra-1' };
    const arc = { ...fra, origin: 'us-west' };
    const further = { ...fra, origin: 'eu-central' };
    const up = { ...arc, endpoint: '192.0.2.1' };
    const down = { ...arc, endpoint: '192.0.2.2' };
    const url = await prometheus.listen(
      answers({
        [queries.edgeAgeSeconds]: vector([{ edge: 'fra-1' }, '2.5'], [{ edge: 'ams-1' }, '0.5']),
        [queries.demand.value]: vector([fra, '120'], [ams, '0'], [api, '7']),
        [queries.demand.ageSeconds]: vector([ams, '0.5'], [api, '2.5'], [fra, '2.5']),
        [queries.load.value]: vector([arc, '90'], [further, '30']),
        [queries.load.ageSeconds]: vector([further, '2.5'], [arc, '2.5']),
        [queries.activeConnections.value]: vector([arc, '450']),
        [queries.activeConnections.ageSeconds]: vector([arc, '2.5']),
        [queries.rttSeconds.value]: vector([arc, '0.0125']),
        [queries.rttSeconds.ageSeconds]: vector([arc, '2.5']),
        [queries.health.value]: vector([down, '0'], [up, '1']),
        [queries.health.ageSeconds]: vector([up, '2.5'], [down, '2.5']),
      }),
    );
    const ageMs = 2_500;
    const endpoints = [
      { address: '192.0.2.1', up: true, ageMs },
      { address: '192.0.2.2', up: false, ageMs },
    ];
    const origins = [
      { origin: 'eu-central', ageMs, ratePerSecond: 30, endpoints: [] },
      { origin: 'us-west', ageMs, ratePerSecond: 90, activeConnections: 450, rttMs: 12.5, endpoints },
    ];
    expect(await sourceAt(url).observe(idle, [])).toEqual({
      takenAtMs: new ManualClock().nowMs(),
      edges: [
        {
          edge: 'ams-1',
          ageMs: 500,
          loadBalancers: [{ loadBalancer: 'shop', ageMs: 500, ratePerSecond: 0, origins: [] }],
        },
        {
          edge: 'fra-1',
          ageMs,
          loadBalancers: [
            { loadBalancer: 'api', ageMs, ratePerSecond: 7, origins: [] },
            { loadBalancer: 'shop', ageMs, ratePerSecond: 120, origins },
          ],
        },
      ],
      utilizations: [],
    });
  });

  it('leaves out what is not a number or below 0, not named like a resource, or of unknown age', async () => {
    const pair = (load_balancer: string) => ({ load_balancer, edge: 'fra-1' });
    const demands: Element[] = [
      [pair('nan'), 'NaN'],
      [pair('infinite'), '+Inf'],
      [pair('negative'), '-5'],
      [pair('Not a name'), '5'],
      [{ load_balancer: 'no-edge' }, '5'],
      [{ load_balancer: 'clash', exported_edge: 'fra-1' }, '5'],
      [pair('of-unknown-age'), '5'],
      [pair('good'), '5'],
    ];
    const ages = demands
      .filter(([labels]) => labels['load_balancer'] !== 'of-unknown-age')
      .map(([labels]): Element => [labels, '1']);
    const url = await prometheus.listen(
      answers({ [queries.demand.value]: vector(...demands), [queries.demand.ageSeconds]: vector(...ages) }),
    );
    const { edges } = await sourceAt(url).observe(idle, []);
    expect(edges).toEqual([
      {
        edge: 'fra-1',
        ageMs: 1_000,
        loadBalancers: [{ loadBalancer: 'good', ageMs: 1_000, ratePerSecond: 5, origins: [] }],
      },
    ]);
  });

  it('lets Prometheus take its own time, under a path prefix too', async () => {
    const urls: URL[] = [];
    const url = await prometheus.listen((request, response) => {
      urls.push(new URL(request.url ?? '', 'http://prometheus'));
      vector()(request, response);
    });
    await sourceAt(`${url}/prefix/`).observe(idle, []);
    expect(urls.length).toBeGreaterThan(0);
    expect(urls.every(({ pathname }) => pathname === '/prefix/api/v1/query')).toBe(true);
    expect(urls.every(({ searchParams }) => !searchParams.has('time'))).toBe(true);
  });

  it.each<[string, Answer, string, string]>([
    [
      'an error of Prometheus',
      answering(422, '{"status":"error","error":"too many samples"}'),
      'refused',
      'HTTP 422: too many samples',
    ],
    ['a proxy in the way', answering(502, '<html>Bad Gateway</html>'), 'refused', 'HTTP 502'],
    ['missing credentials', answering(401, ''), 'refused', 'HTTP 401'],
    ['a page', answering(200, '<html>Hello</html>'), 'malformed', ''],
    ['an empty answer', answering(200, ''), 'malformed', ''],
    ['an error with status 200', answering(200, '{"status":"error"}'), 'malformed', ''],
    ['a scalar', scalar('2'), 'malformed', 'scalar'],
    [
      'an element without a value',
      answering(200, '{"status":"success","data":{"resultType":"vector","result":[{"metric":{}}]}}'),
      'malformed',
      '',
    ],
    [
      'an element without labels',
      answering(200, '{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"2"]}]}}'),
      'malformed',
      '',
    ],
    ['a broken connection', (request) => request.socket.destroy(), 'unreachable', ''],
  ])('rejects %s', async (_, answer, code, detail) => {
    const url = await prometheus.listen(answer);
    const failure = await failureOf(sourceAt(url));
    expect(failure).toMatchObject({ name: 'TelemetryUnavailable', code, url: `${url}/` });
    expect(failure.message).toContain(detail);
    expect(failure.cause).toBeInstanceOf(Error);
  });

  it('fails as a whole when one query fails', async () => {
    const url = await prometheus.listen((request, response) => {
      const isHealth = queryOf(request).includes('weir_edge_endpoint_up');
      (isHealth ? answering(503, '{"status":"error","error":"timed out"}') : vector())(request, response);
    });
    expect(await failureOf(sourceAt(url))).toMatchObject({ code: 'refused' });
  });

  it('gives up at its time-out, even while bytes trickle in', async () => {
    const url = await prometheus.listen((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{');
      const trickle = setInterval(() => response.write(' '), 10);
      response.on('close', () => {
        clearInterval(trickle);
      });
    });
    expect(await failureOf(sourceAt(url, 150))).toMatchObject({ code: 'timeout' });
  });

  it('stops at once when its signal aborts, and closes its connections', async () => {
    const caller = new AbortController();
    const closed: Promise<void>[] = [];
    const url = await prometheus.listen((_, response) => {
      closed.push(new Promise((resolve) => response.on('close', resolve)));
      caller.abort();
    });
    expect(await failureOf(sourceAt(url), caller.signal)).toMatchObject({ code: 'aborted' });
    await Promise.all(closed);
  });

  it('names the server without its credentials when it cannot be reached', async () => {
    const url = await prometheus.listen(vector());
    prometheus.close();
    const failure = await failureOf(sourceAt(url.replace('//', '//reader:secret@')));
    expect(failure).toMatchObject({ code: 'unreachable', url: `${url}/` });
    expect(JSON.stringify([failure, failure.message, String(failure.cause)])).not.toContain('secret');
  });
});
