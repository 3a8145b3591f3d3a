import { afterEach, describe, expect, it } from 'vitest';
import type { Problem } from '../problem.js';
import { exampleView } from '../report/example-view.js';
import { describeStatus, isLoopTurning, summariseStatus, unhealthyReasons } from './status.js';
import { StatusServer } from './status-server.js';

const servers: StatusServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const FAILURE: Problem = { code: 'action-failed', message: 'remove-service TCP 203.0.113.10:443: refused' };

async function serving(reasons: readonly Problem[] = [], exposition = () => Promise.resolve('weir_up 1\n')) {
  const server = new StatusServer({
    metrics: { contentType: 'text/plain; version=0.0.4', exposition },
    unhealthyReasons: () => reasons,
    status: () => ({ edge: 'ams-1' }),
  });
  servers.push(server);
  const port = await server.start('127.0.0.1', 0);
  return (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
}

describe('StatusServer', () => {
  it('serves metrics as Prometheus wants them', async () => {
    const response = await (await serving())('/metrics?name=x');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4');
    expect(await response.text()).toBe('weir_up 1\n');
  });

  it.each([
    [[], 200, { status: 'ok' }],
    [[FAILURE], 503, { status: 'failing', reasons: [FAILURE] }],
  ])('answers /healthz for %j with %i', async (reasons, code, body) => {
    const response = await (await serving(reasons))('/healthz');
    expect(response.status).toBe(code);
    expect(await response.json()).toEqual(body);
  });

  it('shows the status', async () => {
    expect(await (await (await serving())('/status')).json()).toEqual({ edge: 'ams-1' });
  });

  it.each([
    ['/elsewhere', {}, 404],
    ['/status', { method: 'POST' }, 405],
  ])('refuses %s %j', async (path, init, code) => {
    expect((await (await serving())(path, init)).status).toBe(code);
  });

  it('survives metrics that cannot be worked out', async () => {
    const get = await serving([], () => Promise.reject(new Error('broken')));
    expect((await get('/metrics')).status).toBe(500);
    expect((await get('/healthz')).status).toBe(200);
  });
});

describe('unhealthyReasons', () => {
  const view = exampleView();

  it.each([
    ['nothing applied yet', { view: { ...view, applied: null }, lastSync: null }, ['no-configuration']],
    ['a sync that went well', { view, lastSync: { durationMs: 1, failures: [] } }, []],
    ['a sync that failed', { view, lastSync: { durationMs: 1, failures: [FAILURE] } }, ['action-failed']],
  ])('after %s', (_, source, codes) => {
    expect(unhealthyReasons(source).map(({ code }) => code)).toEqual(codes);
  });
});

describe('describeStatus', () => {
  it('is plain JSON', () => {
    const source = { view: exampleView(), lastSync: null, lastContactMs: 0, droppedReports: 2, agentVersion: '0.1.0' };
    expect(JSON.parse(JSON.stringify(describeStatus(source)))).toMatchObject({
      edge: 'ams-1',
      applied: { term: 1, generation: 7 },
      lastContact: '1970-01-01T00:00:00.000Z',
      droppedReports: 2,
      endpoints: [{ endpoint: '192.0.2.11', up: true, weight: 9 }, { endpoint: '192.0.2.12' }],
    });
  });
});

describe('summariseStatus', () => {
  it.each([
    [{}, 'generation 7 of term 1; 2 services; all is well'],
    [{ problems: [FAILURE] }, 'generation 7 of term 1; 2 services; to look at: action-failed'],
    [{ applied: null, actual: [] }, 'no configuration yet; 0 services; all is well'],
  ])('of %j is %s', (changes, summary) => {
    expect(summariseStatus({ view: exampleView(changes) })).toBe(summary);
  });
});

describe('isLoopTurning', () => {
  const unreadable = {
    durationMs: 1,
    failures: [{ code: 'data-plane-unreadable', message: 'no permission' }],
  } as const;

  it.each([
    ['before the first configuration', { isIdle: true, lastSync: null, sinceSyncMs: 1e6 }, true],
    ['after a sync', { isIdle: false, lastSync: { durationMs: 1, failures: [] }, sinceSyncMs: 10 }, true],
    [
      'after one that failed in part',
      { isIdle: false, lastSync: { durationMs: 1, failures: [FAILURE] }, sinceSyncMs: 10 },
      true,
    ],
    ['after one that could do nothing', { isIdle: false, lastSync: unreadable, sinceSyncMs: 10 }, false],
    ['long after a sync', { isIdle: false, lastSync: { durationMs: 1, failures: [] }, sinceSyncMs: 100 }, false],
  ])('%s: %s', (_, state, turning) => {
    expect(isLoopTurning({ ...state, patienceMs: 100 })).toBe(turning);
  });
});
