import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentReport } from '#contracts/agent-report.js';
import { type EdgeConfiguration, edgeConfigurationSchema } from '#contracts/edge-configuration.js';
import { anAgentReport, anOriginReport } from '#testkit/agent-reports.js';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { metricValue } from '#testkit/exposition.js';
import { isLong } from '#testkit/thoroughness.js';
import { WeirApi } from '#testkit/weir-api.js';
import { callApi } from '../e2e/api-client.js';

/*
 * More load balancers than anybody was thinking of: they are created one by one over the API, listed, planned and published, and
 * each edge gets and reports on all of them.
 */
const LOAD_BALANCERS = isLong ? 10_000 : 100;
const EDGES = ['ams-1', 'fra-1', 'lhr-1'];
const ORIGINS = Array.from({ length: 20 }, (_, index) => `origin-${index}`);
const WRITERS = 16;
const PAGE = 500;
const MEBIBYTE = 1024 * 1024;
/** A fleet of objects is what takes memory; nothing of it may be kept for each request or cycle. */
const MOST_MEMORY_MIB = 1_024;
/** While a cycle is decided in its thread, whoever asks for something small is not kept waiting. */
const LONGEST_ANSWER_MS = 2_000;

const NAMES = Array.from({ length: LOAD_BALANCERS }, (_, index) => `lb-${String(index).padStart(5, '0')}`);

describe(`${LOAD_BALANCERS} load balancers`, () => {
  let controlPlane: ControlPlaneProcess;
  let api: WeirApi;
  const tokens = new Map<string, string>();
  const configurations = new Map<string, EdgeConfiguration>();

  beforeAll(async () => {
    controlPlane = await startControlPlane({ environment: { WEIR_CYCLE_SECONDS: '3600', WEIR_SOLVE_SECONDS: '60' } });
    api = new WeirApi(controlPlane);
    await api.setMode('frozen');
    for (const origin of ORIGINS)
      await api.put(`/v1/origins/${origin}`, { region: 'eu', endpoints: [{ address: '192.0.2.1' }] });
    for (const edge of EDGES) {
      await api.put(`/v1/edges/${edge}`, { site: edge, region: 'eu' });
      tokens.set(edge, await api.edgeToken(edge));
    }
  });

  afterAll(() => controlPlane.stop());

  it('are created one by one', async () => {
    const startedMs = performance.now();
    const names = NAMES.toReversed();
    const createRest = async (): Promise<void> => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) {
        await api.put(`/v1/load-balancers/${name}`, loadBalancerOf(NAMES.indexOf(name)));
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, createRest));
    tell(`created within ${seconds(startedMs)} s`);
  });

  it('are listed page by page, each once, in order', async () => {
    const listed: string[] = [];
    let path: string | null = `/v1/load-balancers?limit=${PAGE}`;
    while (path !== null) {
      const { status, body } = await callApi(controlPlane.url, { path });
      expect(status).toBe(200);
      const page = body as { readonly items: readonly { readonly name: string }[]; readonly nextCursor: string | null };
      listed.push(...page.items.map(({ name }) => name));
      path = page.nextCursor === null ? null : `/v1/load-balancers?limit=${PAGE}&cursor=${page.nextCursor}`;
    }
    expect(listed).toEqual(NAMES);
  });

  it('are all planned and published, while small requests are answered', async () => {
    await api.setMode('running');
    await cycle();
    for (const edge of EDGES) {
      const { status, body } = await callApi(controlPlane.url, {
        path: `/v1/agent/configuration?edge=${edge}`,
        token: tokens.get(edge)!,
      });
      expect(status).toBe(200);
      configurations.set(edge, edgeConfigurationSchema.parse(body));
      expect(configurations.get(edge)?.loadBalancers.map(({ name }) => name)).toEqual(NAMES);
    }
  });

  it('are reported on by each edge, and planned by what was reported', async () => {
    for (const sequence of [1, 2]) {
      for (const edge of EDGES) {
        const body = report(edge, sequence, configurations.get(edge)!);
        const { status } = await callApi(controlPlane.url, {
          method: 'POST',
          path: '/v1/agent/reports',
          body,
          token: tokens.get(edge)!,
        });
        expect(status).toBe(202);
      }
    }
    await cycle();
    const { pairs } = await api.shares(NAMES.at(-1)!);
    expect(pairs.map(({ edge, demand }) => [edge, demand])).toEqual(EDGES.map((edge) => [edge, 10]));
  });

  it(`take less than ${MOST_MEMORY_MIB} MiB`, async () => {
    const residentMiB = metricValue(await api.metrics(), 'process_resident_memory_bytes') / MEBIBYTE;
    tell(`${residentMiB.toFixed(0)} MiB resident`);
    expect(residentMiB).toBeLessThan(MOST_MEMORY_MIB);
  });

  /** Runs one, and asks for something small all the while. */
  async function cycle(): Promise<void> {
    const startedMs = performance.now();
    const run: { isOver: boolean } = { isOver: false };
    const ran = callApi(controlPlane.url, { method: 'POST', path: '/v1/scheduler/cycles' }).finally(() => {
      run.isOver = true;
    });
    let longestMs = 0;
    while (!run.isOver) {
      const askedMs = performance.now();
      expect((await callApi(controlPlane.url, { path: '/v1/origins/origin-1' })).status).toBe(200);
      longestMs = Math.max(longestMs, performance.now() - askedMs);
    }
    expect(await ran).toMatchObject({ status: 201, body: { outcome: { kind: 'planned' } } });
    tell(`a cycle took ${seconds(startedMs)} s; the slowest small answer meanwhile ${longestMs.toFixed(0)} ms`);
    expect(longestMs).toBeLessThan(LONGEST_ANSWER_MS);
  }
});

function loadBalancerOf(index: number): object {
  return {
    addresses: [`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`],
    listeners: [{ protocol: 'TCP', port: 443 }],
    origins: [0, 1].map((step) => ({ origin: ORIGINS[(index + step) % ORIGINS.length] })),
  };
}

/** Ten connections a second for each load balancer, all of them to its first origin. */
function report(edge: string, sequence: number, { loadBalancers }: EdgeConfiguration): AgentReport {
  const connections = sequence * 50;
  return anAgentReport(edge, sequence, {
    loadBalancers: loadBalancers.map(({ name, endpoints }) => ({
      name,
      connections,
      origins: endpoints.map(({ origin, address, weight }, place) =>
        anOriginReport(origin, {
          connections: place === 0 ? connections : 0,
          rttMs: 5,
          address,
          weight,
          activeConnections: 3,
        }),
      ),
    })),
  });
}

function seconds(sinceMs: number): string {
  return ((performance.now() - sinceMs) / 1_000).toFixed(1);
}

function tell(what: string): void {
  process.stderr.write(`${LOAD_BALANCERS} load balancers: ${what}\n`);
}
