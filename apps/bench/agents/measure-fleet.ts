import { setTimeout as pause } from 'node:timers/promises';
import { usageOf } from '../edge/process-usage.js';
import { ControlPlaneUnderLoad } from './control-plane-under-load.js';
import { declareFleet } from './declare-fleet.js';
import { SimulatedFleet } from './simulated-fleet.js';

export interface FleetFigures {
  readonly agents: number;
  readonly publications: number;
  /** From the announcement of a publication to the agent that has it. */
  readonly publicationP50Ms: number;
  readonly publicationP99Ms: number;
  readonly publicationLastMs: number;
  readonly reportsPerSecond: number;
  /** Of the control plane's process, while all this went on. */
  readonly cpuPercent: number;
  readonly residentMiB: number;
  /** From the new start of a control plane that was killed until each agent was served again. */
  readonly reconnectedP50Ms: number;
  readonly reconnectedLastMs: number;
  /** Answers by status, as `poll 200`. */
  readonly statuses: Readonly<Record<string, number>>;
}

export interface FleetSize {
  /** The built control plane. */
  readonly program: string;
  readonly agents: number;
  readonly publications: number;
  readonly cycleSeconds: number;
}

const PATIENCE_MS = 180_000;
const SETTLE_MS = 5_000;

/** Measures one control plane with so many agents. */
export async function measureFleet({ program, agents, publications, cycleSeconds }: FleetSize): Promise<FleetFigures> {
  const controlPlane = await ControlPlaneUnderLoad.start(program, {
    WEIR_CYCLE_SECONDS: String(cycleSeconds),
    WEIR_REQUESTS_PER_SECOND: '10000',
    // A thousand tokens that are looked up for the first time are not a thousand guesses, but arrive as many.
    WEIR_FAILED_LOGINS_PER_MINUTE: '100000',
  });
  const fleet = new SimulatedFleet(controlPlane.url, await declareFleet(controlPlane, agents));
  try {
    fleet.start();
    await until(() => fleet.edgesAt(1).size === agents);
    await pause(SETTLE_MS);
    const steady = await measureSteadily(controlPlane, fleet, publications);
    const reconnected = await measureReturn(controlPlane, fleet, agents);
    return { agents, ...steady, ...reconnected, statuses: Object.fromEntries(fleet.statuses) };
  } finally {
    await fleet.stop();
    await controlPlane.remove();
  }
}

type SteadyFigures = Omit<FleetFigures, 'agents' | 'reconnectedP50Ms' | 'reconnectedLastMs' | 'statuses'>;

async function measureSteadily(
  controlPlane: ControlPlaneUnderLoad,
  fleet: SimulatedFleet,
  publications: number,
): Promise<SteadyFigures> {
  const startedAtMs = performance.now();
  const [before, reportsBefore] = [await usageOf(controlPlane.pid), reportsOf(fleet)];
  let residentMiB = before.residentMiB;
  const lags: number[] = [];
  for (let count = 0; count < publications; count += 1) {
    lags.push(...(await publish(controlPlane, fleet, count)));
    residentMiB = Math.max(residentMiB, (await usageOf(controlPlane.pid)).residentMiB);
    await pause(SETTLE_MS);
  }
  const [after, seconds] = [await usageOf(controlPlane.pid), (performance.now() - startedAtMs) / 1_000];
  return {
    publications,
    publicationP50Ms: quantile(lags, 0.5),
    publicationP99Ms: quantile(lags, 0.99),
    publicationLastMs: quantile(lags, 1),
    reportsPerSecond: (reportsOf(fleet) - reportsBefore) / seconds,
    cpuPercent: (100 * (after.cpuSeconds - before.cpuSeconds)) / seconds,
    residentMiB,
  };
}

/** Changes what every edge is to do, and answers how long after its announcement each agent had it, in ms. */
async function publish(
  controlPlane: ControlPlaneUnderLoad,
  fleet: SimulatedFleet,
  count: number,
): Promise<readonly number[]> {
  const known = new Set(controlPlane.announcedAtMs.keys());
  const agents = fleet.edgesAt(1).size;
  // An interval of its own each time, so that each edge has something new.
  await controlPlane.send('PATCH', '/v1/load-balancers/shop', { healthCheck: { intervalMs: 3_000 + count } });
  await until(() => [...controlPlane.announcedAtMs.keys()].some((generation) => !known.has(generation)));
  const generation = Math.max(...controlPlane.announcedAtMs.keys());
  const announcedAtMs = controlPlane.announcedAtMs.get(generation) ?? Number.NaN;
  await until(() => fleet.edgesAt(generation).size === agents);
  const first = new Map<string, number>();
  for (const receipt of fleet.receipts) {
    if (receipt.generation >= generation && !first.has(receipt.edge)) first.set(receipt.edge, receipt.atMs);
  }
  return [...first.values()].map((atMs) => Math.max(0, atMs - announcedAtMs));
}

async function measureReturn(
  controlPlane: ControlPlaneUnderLoad,
  fleet: SimulatedFleet,
  agents: number,
): Promise<Pick<FleetFigures, 'reconnectedP50Ms' | 'reconnectedLastMs'>> {
  await controlPlane.kill();
  await controlPlane.start();
  const startedAtMs = Date.now();
  // What makes all of them heard of: an agent in a poll is silent until something is published.
  await controlPlane.send('PATCH', '/v1/load-balancers/shop', { healthCheck: { intervalMs: 9_000 } });
  const served = () => [...fleet.servedAtMs.values()].filter((atMs) => atMs >= startedAtMs);
  await until(() => served().length === agents);
  const delays = served().map((atMs) => atMs - startedAtMs);
  return { reconnectedP50Ms: quantile(delays, 0.5), reconnectedLastMs: quantile(delays, 1) };
}

function reportsOf({ statuses }: SimulatedFleet): number {
  return statuses.get('report 202') ?? 0;
}

async function until(isSo: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > deadlineMs) throw new Error(`it did not come to be within ${PATIENCE_MS} ms`);
    await pause(20);
  }
}

function quantile(figures: readonly number[], part: number): number {
  const sorted = figures.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
