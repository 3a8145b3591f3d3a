import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#testkit/manual-clock.js';
import { PrometheusSource } from './prometheus-source.js';
import { telemetryQueries } from './telemetry-queries.js';
import type { TelemetryUnavailable } from './telemetry-unavailable.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const idle = new AbortController().signal;
const rateWindowMs = 60_000;
const queries = telemetryQueries(rateWindowMs);
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A stand-in for Prometheus on a free port; answers its address. */
async function listen(answer: Answer): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function sourceAt(url: string, timeoutMs = 5_000): PrometheusSource {
  return new PrometheusSource({ url, rateWindowMs, timeoutMs, clock: new ManualClock() });
}

type Element = readonly [labels: Record<string, string>, value: string];

/** Answers each query with the elements listed under its text, and none for the others. */
function vectors(elements: Readonly<Record<string, readonly Element[]>>): Answer {
  return (request, response) => {
    const query = new URL(request.url ?? '', 'http://prometheus').searchParams.get('query') ?? '';
    const result = (elements[query] ?? []).map(([metric, value]) => ({ metric, value: [1_767_225_600, value] }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  };
}

function answering(status: number, body: string): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };
}

async function failureOf(source: PrometheusSource, signal = idle): Promise<TelemetryUnavailable> {
  return source.observe(signal).then(
    () => expect.unreachable('an observation was given'),
    (error: unknown) => error as TelemetryUnavailable,
  );
}

describe('PrometheusSource', () => {
  it('turns vectors into samples in milliseconds, in the order of their names', async () => {
    const fra = { load_balancer: 'shop', edge: 'fra-1' };
    const ams = { load_balancer: 'shop', edge: 'ams-1' };
    const arc = { ...fra, origin: 'us-west' };
    const up = { ...arc, endpoint: '192.0.2.1' };
    const down = { ...arc, endpoint: '192.0.2.2' };
    const url = await listen(
      vectors({
        [queries.edgeAgeSeconds]: [
          [{ edge: 'fra-1' }, '2.5'],
          [{ edge: 'ams-1' }, '0.5'],
        ],
        [queries.demand.value]: [
          [fra, '120'],
          [ams, '0'],
        ],
        [queries.demand.ageSeconds]: [
          [ams, '0.5'],
          [fra, '2.5'],
        ],
        [queries.load.value]: [[arc, '90']],
        [queries.load.ageSeconds]: [[arc, '2.5']],
        [queries.rttSeconds.value]: [[arc, '0.0125']],
        [queries.rttSeconds.ageSeconds]: [[arc, '2.5']],
        [queries.health.value]: [
          [down, '0'],
          [up, '1'],
        ],
        [queries.health.ageSeconds]: [
          [up, '2.5'],
          [down, '2.5'],
        ],
      }),
    );
    const at = { edge: 'fra-1', ageMs: 2_500, loadBalancer: 'shop' };
    expect(await sourceAt(url).observe(idle)).toEqual({
      takenAtMs: new ManualClock().nowMs(),
      edges: [
        { edge: 'ams-1', ageMs: 500 },
        { edge: 'fra-1', ageMs: 2_500 },
      ],
      demands: [
        { edge: 'ams-1', ageMs: 500, loadBalancer: 'shop', ratePerSecond: 0 },
        { ...at, ratePerSecond: 120 },
      ],
      loads: [{ ...at, origin: 'us-west', ratePerSecond: 90 }],
      rtts: [{ ...at, origin: 'us-west', rttMs: 12.5 }],
      health: [
        { ...at, origin: 'us-west', endpoint: '192.0.2.1', up: true },
        { ...at, origin: 'us-west', endpoint: '192.0.2.2', up: false },
      ],
    });
  });

  it('leaves out what is not a number, not named like a resource, or of unknown age', async () => {
    const pair = (load_balancer: string) => ({ load_balancer, edge: 'fra-1' });
    const demands: Element[] = [
      [pair('nan'), 'NaN'],
      [pair('infinite'), '+Inf'],
      [pair('Not a name'), '5'],
      [{ load_balancer: 'no-edge' }, '5'],
      [{ load_balancer: 'clash', exported_edge: 'fra-1' }, '5'],
      [pair('of-unknown-age'), '5'],
      [pair('good'), '5'],
    ];
    const ages = demands
      .filter(([labels]) => labels['load_balancer'] !== 'of-unknown-age')
      .map(([labels]): Element => [labels, '1']);
    const url = await listen(vectors({ [queries.demand.value]: demands, [queries.demand.ageSeconds]: ages }));
    const seen = await sourceAt(url).observe(idle);
    expect(seen.demands.map(({ loadBalancer }) => loadBalancer)).toEqual(['good']);
  });

  it('lets Prometheus take its own time, under a path prefix too', async () => {
    const urls: URL[] = [];
    const url = await listen((request, response) => {
      urls.push(new URL(request.url ?? '', 'http://prometheus'));
      vectors({})(request, response);
    });
    await sourceAt(`${url}/prefix/`).observe(idle);
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
    [
      'a scalar',
      answering(200, '{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}'),
      'malformed',
      'scalar',
    ],
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
    const url = await listen(answer);
    const failure = await failureOf(sourceAt(url));
    expect(failure).toMatchObject({ name: 'TelemetryUnavailable', code, url: `${url}/` });
    expect(failure.message).toContain(detail);
    expect(failure.cause).toBeInstanceOf(Error);
  });

  it('fails as a whole when one query fails', async () => {
    const url = await listen((request, response) => {
      const isHealth = (request.url ?? '').includes('weir_edge_endpoint_up');
      (isHealth ? answering(503, '{"status":"error","error":"timed out"}') : vectors({}))(request, response);
    });
    expect(await failureOf(sourceAt(url))).toMatchObject({ code: 'refused' });
  });

  it('gives up at its time-out, even while bytes trickle in', async () => {
    const url = await listen((_, response) => {
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
    const url = await listen((_, response) => {
      closed.push(new Promise((resolve) => response.on('close', resolve)));
      caller.abort();
    });
    expect(await failureOf(sourceAt(url), caller.signal)).toMatchObject({ code: 'aborted' });
    await Promise.all(closed);
  });

  it('names the server without its credentials when it cannot be reached', async () => {
    const url = await listen(vectors({}));
    for (const close of closers.splice(0)) close();
    const failure = await failureOf(sourceAt(url.replace('//', '//reader:secret@')));
    expect(failure).toMatchObject({ code: 'unreachable', url: `${url}/` });
    expect(JSON.stringify([failure, failure.message, String(failure.cause)])).not.toContain('secret');
  });
});
