import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aFleet } from '#benchmark/globe-fleet.js';
import { rttFromDistance } from '#core/estimate/location-rtt.js';
import { findChromium } from '#testkit/chromium.js';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { eventually } from '#testkit/eventually.js';
import { describeWith } from '#testkit/real-part.js';
import { WeirApi } from '#testkit/weir-api.js';
import { ConsoleBrowser, takePicture } from '../console-browser.js';
import { FleetAgents } from './fleet-agents.js';

/** How the console fares with a fleet; prints what it measured. */
const SIZE = { edges: 200, origins: 50, balancers: 100 };
const ORIGINS_OF_EACH = 3;
const CYCLE_SECONDS = 15;
const VIEWS = 5;
const WATCHED_MS = 3 * CYCLE_SECONDS * 1_000;

const LONGEST_VIEW_MS = 2_000;
/** Longer than this without a new frame, and people see it. */
const LONGEST_STUTTER_MS = 200;

const { configuration, observation } = aFleet({ ...SIZE });

/** Each load balancer has a few of the origins, so that all are used. */
function declared() {
  return configuration.loadBalancers.map((balancer, index) => ({
    ...balancer,
    addresses: [`203.0.113.${index + 1}`],
    origins: Array.from(
      { length: ORIGINS_OF_EACH },
      (_, place) => balancer.origins[(index * 7 + place * 11) % SIZE.origins],
    ),
  }));
}

/** A page that counts, from now on, how long it went without a frame. */
const WATCH_FRAMES = `
  globalThis.gaps = [];
  let last = performance.now();
  const frame = (now) => { globalThis.gaps.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
`;

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}

async function isDrawn(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'From edges to origins' }).locator('svg path').first().waitFor();
  await page.getByRole('region', { name: 'Load against capacity' }).locator('canvas').first().waitFor();
}

describeWith(`the console with ${SIZE.edges} edges`, await findChromium(), (program) => {
  let browser: ConsoleBrowser;
  let controlPlane: ControlPlaneProcess;
  let agents: FleetAgents;

  beforeAll(async () => {
    browser = await ConsoleBrowser.launch(program);
    controlPlane = await startControlPlane({
      environment: { WEIR_CYCLE_SECONDS: String(CYCLE_SECONDS), WEIR_AUTHENTICATION: 'off' },
    });
    const api = new WeirApi(controlPlane);
    for (const origin of configuration.origins) await api.put(`/v1/origins/${origin.name}`, origin);
    for (const edge of configuration.edges) await api.put(`/v1/edges/${edge.name}`, edge);
    for (const balancer of declared()) await api.put(`/v1/load-balancers/${balancer.name}`, balancer);
    const rates = new Map<string, number>(
      observation.edges.flatMap(({ edge, loadBalancers }) =>
        loadBalancers.map(
          ({ loadBalancer, ratePerSecond }) => [`${edge} ${loadBalancer}`, ratePerSecond ?? 0] as const,
        ),
      ),
    );
    const places = new Map(
      [...configuration.edges, ...configuration.origins].map(({ name, location }) => [String(name), location!]),
    );
    agents = new FleetAgents({
      url: controlPlane.url,
      edges: configuration.edges.map(({ name }) => name),
      rateOf: (edge, loadBalancer) => rates.get(`${edge} ${loadBalancer}`) ?? 0,
      rttMsOf: (edge, origin) => 1 + rttFromDistance(places.get(edge)!, places.get(origin)!),
      intervalMs: CYCLE_SECONDS * 1_000,
    });
    agents.start();
    await eventually(async () => {
      const answer = await fetch(`${controlPlane.url}/v1/overview`);
      const { demand, flows } = (await answer.json()) as {
        readonly demand: number;
        readonly flows: readonly unknown[];
      };
      expect(demand, controlPlane.logs().slice(-3).join('\n')).toBeGreaterThan(1_000);
      expect(flows.length).toBeGreaterThan(50);
    }, 180_000);
  }, 400_000);

  afterAll(async () => {
    await agents.stop();
    await browser.close();
    await controlPlane.stop();
  });

  it('is there in time, and goes on without a stutter', async () => {
    const views: number[] = [];
    for (let view = 0; view < VIEWS; view += 1) {
      const { page } = await browser.open('about:blank');
      const startedMs = performance.now();
      await page.goto(controlPlane.url);
      await isDrawn(page);
      views.push(performance.now() - startedMs);
      await page.context().close();
    }
    const { page } = await browser.open(controlPlane.url);
    await isDrawn(page);
    await page.waitForTimeout(1_000);
    await page.evaluate(WATCH_FRAMES);
    await page.waitForTimeout(WATCHED_MS);
    const gaps = await page.evaluate<readonly number[]>('globalThis.gaps');
    await takePicture(page, 'fleet');
    const started = performance.now();
    const size = (await (await fetch(`${controlPlane.url}/v1/overview`)).text()).length;
    const figures = {
      firstViewMs: { median: Math.round(quantile(views, 0.5)), longest: Math.round(Math.max(...views)) },
      overview: { ms: Math.round(performance.now() - started), kilobytes: Math.round(size / 1_000) },
      frames: {
        watchedSeconds: WATCHED_MS / 1_000,
        medianGapMs: Math.round(quantile(gaps, 0.5)),
        gapMs99: Math.round(quantile(gaps, 0.99)),
        longestGapMs: Math.round(Math.max(...gaps)),
      },
    };
    process.stdout.write(`${JSON.stringify({ ...SIZE, ...figures }, null, 2)}\n`);
    expect(figures.firstViewMs.median).toBeLessThan(LONGEST_VIEW_MS);
    expect(figures.frames.longestGapMs).toBeLessThan(LONGEST_STUTTER_MS);
  });
});
