import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentReport } from '#contracts/agent-report.js';
import { exampleConfiguration } from '../configuration/example-configuration.js';
import { messageOf } from '../problem.js';
import { ControlPlaneClient } from './control-plane-client.js';
import { NO_CREDENTIALS } from './credentials.js';
import { FakeControlPlane } from './fake-control-plane.js';

const report: AgentReport = {
  version: 1,
  edge: 'ams-1',
  agentVersion: '0.1.0',
  instance: 'a',
  sequence: 1,
  monotonicMs: 1,
  applied: null,
  dataPlane: 'ipvs',
  loadBalancers: [],
  errors: [],
};

let controlPlane: FakeControlPlane;
const signal = () => new AbortController().signal;
const client = () => new ControlPlaneClient(controlPlane.url, 'ams-1', NO_CREDENTIALS);

beforeEach(async () => {
  controlPlane = new FakeControlPlane();
  await controlPlane.start();
});
afterEach(() => controlPlane.stop());

/** A server that answers each request with this status and body. */
async function answering(status: number, body = ''): Promise<{ url: string; close: () => void }> {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

describe('ControlPlaneClient', () => {
  it('polls for what is newer than it holds', async () => {
    const published = exampleConfiguration({ term: 2, generation: 5 });
    controlPlane.publish(published);
    expect(await client().fetchConfiguration({ term: 2, generation: 4 }, 25, signal())).toEqual(published);
    expect(controlPlane.requests.at(-1)).toMatchObject({
      url: '/v1/agent/configuration?edge=ams-1',
      headers: { 'if-none-match': '"2-4"', prefer: 'wait=25' },
    });
  });

  it('asks without a condition while it holds nothing', async () => {
    controlPlane.publish(exampleConfiguration());
    await client().fetchConfiguration(null, 25, signal());
    expect(controlPlane.requests.at(-1)?.headers['if-none-match']).toBeUndefined();
  });

  it.each([304, 204])('takes %i for nothing new', async (status) => {
    const server = await answering(status);
    expect(
      await new ControlPlaneClient(server.url, 'ams-1', NO_CREDENTIALS).fetchConfiguration(null, 25, signal()),
    ).toBeNull();
    server.close();
  });

  it.each([
    [404, 'edge-not-registered'],
    [500, 'control-plane-refused'],
    [401, 'control-plane-refused'],
  ])('calls %i %s', async (status, code) => {
    controlPlane.refusesWith = status;
    await expect(client().fetchConfiguration(null, 25, signal())).rejects.toMatchObject({ code });
    await expect(client().sendReport(report)).rejects.toMatchObject({ code });
  });

  it('refuses what is not JSON', async () => {
    const server = await answering(200, '<html>');
    const polling = new ControlPlaneClient(server.url, 'ams-1', NO_CREDENTIALS).fetchConfiguration(null, 25, signal());
    await expect(polling).rejects.toMatchObject({ code: 'control-plane-unreachable' });
    server.close();
  });

  it('says where it could not connect, and why', async () => {
    await controlPlane.stop();
    const failure: unknown = await client()
      .sendReport(report)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'control-plane-unreachable' });
    expect(messageOf(failure)).toContain(controlPlane.url);
    expect(messageOf(failure)).toContain('ECONNREFUSED');
  });

  it('ends a poll that is aborted', async () => {
    controlPlane.publish(exampleConfiguration());
    const stopping = new AbortController();
    const polling = client().fetchConfiguration({ term: 1, generation: 1 }, 25, stopping.signal);
    stopping.abort();
    await expect(polling).rejects.toMatchObject({ code: 'control-plane-unreachable' });
  });

  it('shows the token that is in its file with every request', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'weir-client-'));
    const tokenFile = join(directory, 'token');
    await writeFile(tokenFile, 'weir_first\n');
    const known = new ControlPlaneClient(controlPlane.url, 'ams-1', { ...NO_CREDENTIALS, tokenFile });
    controlPlane.publish(exampleConfiguration());
    await known.fetchConfiguration(null, 25, signal());
    await writeFile(tokenFile, 'weir_second\n');
    await known.sendReport(report);
    expect(controlPlane.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer weir_first',
      'Bearer weir_second',
    ]);
    await rm(directory, { recursive: true });
  });

  it('delivers reports', async () => {
    await client().sendReport(report);
    expect(controlPlane.reports.at(-1)).toEqual(report);
  });
});
