import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { originName, type OriginName } from '#core/model/name.js';
import type { UtilizationQuery } from '#core/ports/telemetry-source.js';
import { ManualClock } from '#testkit/manual-clock.js';
import {
  answering,
  answers,
  EVALUATED_AT_SECONDS,
  FakePrometheus,
  queryOf,
  result,
  scalar,
  vector,
  vectorAt,
  type Answer,
} from './fake-prometheus.js';
import { PrometheusSource, type PrometheusSourceOptions } from './prometheus-source.js';
import type { FigureAtInstant } from './query-answers.js';
import { telemetryQueries } from './telemetry-queries.js';
import { askUtilizations } from './utilization-samples.js';

const idle = new AbortController().signal;
const rateWindowMs = 60_000;
const prometheus = new FakePrometheus();

afterEach(() => {
  prometheus.close();
});

interface Fixture {
  readonly source: PrometheusSource;
  /** What was told of failed queries: origin and reason. */
  readonly failures: (readonly [origin: OriginName, reason: string])[];
}

async function fixture(answer: Answer, changes: Partial<PrometheusSourceOptions> = {}): Promise<Fixture> {
  const failures: Fixture['failures'] = [];
  const source = new PrometheusSource({
    url: await prometheus.listen(answer),
    rateWindowMs,
    timeoutMs: 5_000,
    clock: new ManualClock(),
    onQueryFailed: (origin, reason) => {
      failures.push([origin, reason]);
    },
    ...changes,
  });
  return { source, failures };
}

function asking(...pairs: readonly (readonly [origin: string, query: string])[]): readonly UtilizationQuery[] {
  return pairs.map(([origin, query]) => ({ origin: originName(origin), query }));
}

const never: Answer = () => undefined;

describe('utilisation queries', () => {
  it.each<[string, Answer, number]>([
    ['a scalar', scalar('0.75'), 0.75],
    ['a vector of one element', vector([{ instance: 'a' }, '0.5']), 0.5],
    ['an element without labels', vector([{}, '0']), 0],
    ['more than 1, as it was measured', scalar('1.25'), 1.25],
  ])('take %s', async (_, answer, utilization) => {
    const { source, failures } = await fixture(answers({ busy: answer }));
    const { utilizations } = await source.observe(idle, asking(['us-west', 'busy']));
    expect(utilizations).toEqual([{ origin: 'us-west', utilization, ageMs: 0 }]);
    expect(failures).toEqual([]);
  });

  it.each<[string, Answer, string]>([
    ['an empty vector', vector(), 'nothing in place of one figure'],
    ['several elements', vector([{ a: '1' }, '0.5'], [{ a: '2' }, '0.5']), '2 elements in place of one figure'],
    ['NaN', scalar('NaN'), 'NaN in place of a number'],
    ['infinity in a vector', vector([{}, '+Inf']), 'in place of a number'],
    ['no number', scalar('busy'), 'NaN in place of a number'],
    ['a string', result('string', [EVALUATED_AT_SECONDS, 'busy']), 'a string in place of one figure'],
    ['a matrix', result('matrix', []), 'a matrix in place of one figure'],
    ['a refusal', answering(400, '{"status":"error","error":"parse error"}'), 'refused a query: HTTP 400: parse error'],
    ['a scalar that is none', result('scalar', null), 'cannot be used'],
    ['a broken connection', (request) => request.socket.destroy(), 'cannot be reached'],
  ])('leave out %s, say so, and nothing else', async (_, answer, reason) => {
    const demand = telemetryQueries(rateWindowMs).demand;
    const pair = { edge: 'fra-1', load_balancer: 'shop' };
    const { source, failures } = await fixture(
      answers({
        bad: answer,
        good: scalar('0.5'),
        [demand.value]: vector([pair, '9']),
        [demand.ageSeconds]: vector([pair, '1']),
      }),
    );
    const seen = await source.observe(idle, asking(['us-west', 'bad'], ['eu-central', 'good']));
    expect(seen.utilizations).toEqual([{ origin: 'eu-central', utilization: 0.5, ageMs: 0 }]);
    expect(seen.edges).toMatchObject([{ edge: 'fra-1', loadBalancers: [{ ratePerSecond: 9 }] }]);
    expect(failures).toEqual([['us-west', expect.stringMatching(/^Prometheus /)]]);
    expect(failures[0]?.[1]).toContain(reason);
  });

  it('are told in the order of their origins, whichever is answered first', async () => {
    const { source } = await fixture(answers({ one: scalar('0.1'), two: scalar('0.2') }));
    const { utilizations } = await source.observe(idle, asking(['us-west', 'one'], ['eu-central', 'two']));
    expect(utilizations.map(({ origin, utilization }) => [origin, utilization])).toEqual([
      ['eu-central', 0.2],
      ['us-west', 0.1],
    ]);
  });

  it('carry the age of an answer that is older than the others', async () => {
    const cached = vectorAt(EVALUATED_AT_SECONDS - 40, [{}, '0.5']);
    const { source } = await fixture(answers({ cached, now: scalar('0.2') }));
    const { utilizations } = await source.observe(idle, asking(['eu-central', 'cached'], ['us-west', 'now']));
    expect(utilizations.map(({ ageMs }) => ageMs)).toEqual([40_000, 0]);
  });

  it('run beside each other, eight at a time', async () => {
    const waiting: ((figure: FigureAtInstant) => void)[] = [];
    const batch = { figure: () => new Promise<FigureAtInstant>((resolve) => waiting.push(resolve)) };
    const many = Array.from({ length: 20 }, (_, index) => [`origin-${index}`, 'busy'] as const);
    const asked = askUtilizations(batch, asking(...many));
    const rounds: number[] = [];
    while (rounds.length < 3) {
      await nextTurn();
      rounds.push(waiting.length);
      for (const answer of waiting.splice(0)) answer({ value: 0.5, atMs: 0 });
    }
    expect(rounds).toEqual([8, 8, 4]);
    expect((await asked).answered).toHaveLength(20);
  });

  it('that are too slow are given up at the time-out, without harm to the rest', async () => {
    const slow = asking(...Array.from({ length: 10 }, (_, index) => [`slow-${index}`, 'slow'] as const));
    const { source, failures } = await fixture(answers({ slow: never, quick: scalar('0.5') }), { timeoutMs: 300 });
    const { utilizations } = await source.observe(idle, [...asking(['quick', 'quick']), ...slow]);
    expect(utilizations).toEqual([{ origin: 'quick', utilization: 0.5, ageMs: 0 }]);
    expect(failures.map(([origin]) => origin).sort()).toEqual(slow.map(({ origin }) => origin));
    expect(new Set(failures.map(([, reason]) => /did not answer in time/.test(reason)))).toEqual(new Set([true]));
  });

  it('do not keep an observation from ending when its signal aborts', async () => {
    const caller = new AbortController();
    const { source, failures } = await fixture((request, response) => {
      if (queryOf(request) === 'slow') caller.abort();
      else vector()(request, response);
    });
    const observation = source.observe(caller.signal, asking(['us-west', 'slow']));
    await expect(observation).rejects.toMatchObject({ name: 'TelemetryUnavailable', code: 'aborted' });
    expect(failures).toEqual([]);
  });

  it('end with the observation when Prometheus fails as a whole, and are not blamed', async () => {
    const closed: Promise<void>[] = [];
    const refusals: (() => void)[] = [];
    const answer: Answer = (request, response) => {
      if (queryOf(request) === 'slow') closed.push(new Promise((resolve) => response.on('close', resolve)));
      else refusals.push(answering(503, '').bind(null, request, response));
      if (closed.length > 0) for (const refuse of refusals.splice(0)) refuse();
    };
    const { source, failures } = await fixture(answer, { timeoutMs: 600_000 });
    const observation = source.observe(idle, asking(['us-west', 'slow']));
    await expect(observation).rejects.toMatchObject({ code: 'refused' });
    await Promise.all(closed);
    expect(closed).toHaveLength(1);
    expect(failures).toEqual([]);
  });

  it('name no credentials when they fail', async () => {
    const url = await prometheus.listen((request, response) => {
      if (queryOf(request) === 'bad') request.socket.destroy();
      else vector()(request, response);
    });
    const { source, failures } = await fixture(vector(), { url: url.replace('//', '//reader:secret@') });
    await source.observe(idle, asking(['us-west', 'bad']));
    expect(failures).toHaveLength(1);
    expect(JSON.stringify(failures)).not.toContain('secret');
  });
});
