import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { startControlPlane, type ControlPlaneProcess } from '#testkit/control-plane-process.js';
import { eventually } from '#testkit/eventually.js';
import { EDGES, NearAndFar } from '#testkit/near-and-far.js';
import { findPrometheus, startConfiguredPrometheus, type PrometheusServer } from '#testkit/prometheus-server.js';
import { describeWith } from '#testkit/real-part.js';
import { WeirApi } from '#testkit/weir-api.js';
import { callApi } from './api-client.js';

/*
 * What Weir ships for Prometheus and Grafana, in use: a real Prometheus runs on deploy/prometheus, finds the agents through
 * the control plane, and is asked everything that the dashboard asks.
 */

const FOLDER = resolve('deploy/prometheus');

/** What a machine without BIRD and without trouble has nothing to say about, by what is asked for. */
const EMPTY_WHEN_ALL_IS_WELL = [
  'weir_edge_announced',
  'weir_edge_draining_connections',
  'weir_edge_problem',
  'ALERTS{alertname=~"Weir.*",alertstate="firing"}',
  'trigger="urgent"',
];

const sampleSchema = z.object({
  metric: z.record(z.string(), z.string()),
  value: z.tuple([z.number(), z.string()]),
});
const queryAnswerSchema = z.object({ status: z.literal('success'), data: z.object({ result: z.array(sampleSchema) }) });
const rulesAnswerSchema = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(z.object({ name: z.string(), health: z.string(), lastError: z.string().optional() })),
      }),
    ),
  }),
});

const panelSchema = z.object({
  id: z.number(),
  title: z.string(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(z.object({ expr: z.string() })).default([]),
});
const dashboardSchema = z.object({
  panels: z.array(panelSchema),
  annotations: z.object({ list: z.array(z.object({ name: z.string(), expr: z.string() })) }),
  templating: z.object({ list: z.array(z.object({ name: z.string(), definition: z.string().optional() })) }),
});

const dashboard = dashboardSchema.parse(JSON.parse(await readFile('deploy/grafana/dashboards/weir.json', 'utf8')));
const variables = dashboard.templating.list.flatMap(({ name, definition }) =>
  definition === undefined ? [] : [{ name, definition }],
);
const queries = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr }))),
  ...dashboard.annotations.list.map(({ name, expr }) => ({ title: name, expr })),
];

function isEmptyWhenAllIsWell(expr: string): boolean {
  return !expr.includes('or vector(0)') && EMPTY_WHEN_ALL_IS_WELL.some((part) => expr.includes(part));
}

/** The query as Grafana asks it with everything chosen. */
function filledIn(expr: string): string {
  const names = variables.map(({ name }) => name).join('|');
  return expr.replaceAll('$__rate_interval', '10s').replaceAll(new RegExp(`\\$(${names})\\b`, 'g'), '.*');
}

describeWith('monitoring', await findPrometheus(), (program) => {
  let world: NearAndFar;
  let controlPlane: ControlPlaneProcess;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    world = await NearAndFar.start();
    controlPlane = await startControlPlane({ environment: { WEIR_CYCLE_SECONDS: '1', WEIR_RATE_WINDOW_SECONDS: '3' } });
    await world.declare(new WeirApi(controlPlane));
    await world.startAgents(controlPlane);
    world.load.start();
    prometheus = await startConfiguredPrometheus({ program }, await configuration());
  });

  afterAll(async () => {
    await world.stop();
    await prometheus.stop();
    await controlPlane.stop();
  });

  /** What Weir ships, at the pace of a test, and for this control plane. */
  async function configuration(): Promise<object> {
    const tokenFile = join(controlPlane.dataDirectory, 'viewer-token');
    const { body } = await callApi(controlPlane.url, {
      method: 'POST',
      path: '/v1/tokens',
      body: { name: 'prometheus', role: 'viewer' },
    });
    await writeFile(tokenFile, (body as { readonly secret: string }).secret);
    const shipped = (await readFile(join(FOLDER, 'prometheus.yml'), 'utf8'))
      .replaceAll('control-plane:8080', new URL(controlPlane.url).host)
      .replaceAll('credentials_file: weir-token', `credentials_file: ${tokenFile}`)
      .replaceAll(/(\w+_interval|scrape_timeout): \d+s/g, '$1: 1s')
      .replaceAll(/- (\w+\.rules\.yml)/g, `- ${FOLDER}/$1`);
    return z.record(z.string(), z.unknown()).parse(parse(shipped));
  }

  async function ask(expr: string): Promise<readonly z.output<typeof sampleSchema>[]> {
    const answer = await fetch(`${prometheus.url}/api/v1/query?${new URLSearchParams({ query: expr }).toString()}`);
    const body: unknown = await answer.json();
    const parsed = queryAnswerSchema.safeParse(body);
    if (!parsed.success) throw new Error(`${expr} was answered ${JSON.stringify(body)}`);
    return parsed.data.data.result;
  }

  it('finds and scrapes every agent through the control plane, and the control plane itself', async () => {
    await eventually(async () => {
      const ups = await ask('up == 1');
      const edges = ups.filter(({ metric }) => metric['job'] === 'weir-edge-agents');
      expect(edges.map(({ metric }) => metric['edge']).sort()).toEqual([...EDGES]);
      expect(edges.map(({ metric }) => metric['instance']).sort()).toEqual(
        world.agents.map(({ url }) => new URL(url).host).sort(),
      );
      for (const { metric } of edges) expect(metric).toMatchObject({ site: 'ams', region: 'eu' });
      expect(ups.filter(({ metric }) => metric['job'] === 'weir-control-plane')).toHaveLength(1);
    });
  });

  it('leaves the edge that an agent tells of itself as it is', async () => {
    const generations = await eventually(async () => {
      const found = await ask('weir_edge_configuration_generation');
      expect(found).toHaveLength(EDGES.length);
      return found;
    });
    expect(generations.map(({ metric }) => metric['edge']).sort()).toEqual([...EDGES]);
    for (const { metric } of generations) expect(metric).not.toHaveProperty('exported_edge');
  });

  it('evaluates every rule without an error', async () => {
    await eventually(async () => {
      const answer = rulesAnswerSchema.parse(await (await fetch(`${prometheus.url}/api/v1/rules`)).json());
      const rules = answer.data.groups.flatMap((group) => group.rules);
      expect(rules.length).toBeGreaterThan(20);
      expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    });
  });

  it.each(queries.filter(({ expr }) => !isEmptyWhenAllIsWell(expr)))(
    'has an answer for the dashboard’s "$title": $expr',
    async ({ expr }) => {
      await eventually(async () => {
        const figures = (await ask(filledIn(expr))).map(({ value }) => Number(value[1]));
        // Nothing over nothing says nothing; infinitely too much, for an origin that may take none, does.
        expect(figures.filter((figure) => !Number.isNaN(figure))).not.toEqual([]);
      });
    },
  );

  it.each(queries.filter(({ expr }) => isEmptyWhenAllIsWell(expr)))(
    'understands the dashboard’s "$title", which may have no answer while all is well: $expr',
    async ({ expr }) => {
      await expect(ask(filledIn(expr))).resolves.toBeInstanceOf(Array);
    },
  );

  it.each(variables)('offers something to choose for $name', async ({ definition }) => {
    const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? [];
    const found = await ask(`count by (${label}) (${metric})`);
    expect(found.map((sample) => sample.metric[label] ?? '')).not.toContain('');
    expect(found.length).toBeGreaterThan(0);
  });

  it('notices an agent that is gone, and goes on looking for it', async () => {
    const [lost] = world.agents;
    await lost!.kill();
    await eventually(async () => {
      const silent = await ask('up{job="weir-edge-agents"} == 0');
      expect(silent.map(({ metric }) => metric['edge'])).toEqual([lost!.edge]);
    });
  });
});

it('has a dashboard whose panels have identifiers of their own and do not overlap', () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});
