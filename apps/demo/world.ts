import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMAND_PER_SECOND, EDGES, FAR_DELAY_MS } from './experiment/scenario.js';
import { LoadGenerator } from './load/load-generator.js';
import { OriginProcess, type StartChild } from './origins/origin-process.js';
import { Children } from './processes/children.js';
import { findFreePorts } from './processes/free-port.js';
import { waitUntil } from './processes/wait-until.js';
import type { RunControl } from './run-control.js';
import { declareExperiment, LOAD_BALANCER } from './weir/declare-experiment.js';
import { type Decision, WeirClient } from './weir/weir-client.js';
import { controlPlaneProcess, edgeProcess } from './weir/weir-processes.js';

/** Everything the experiment is made of, running. */
export interface World {
  /** Where the control plane, and with it the web console, is found. */
  readonly url: string;
  readonly weir: Pick<WeirClient, 'decision'>;
  readonly near: Pick<OriginProcess, 'isUp' | 'start' | 'kill' | 'read'>;
  readonly far: Pick<OriginProcess, 'read'>;
  readonly load: Pick<LoadGenerator, 'start' | 'stop' | 'take'>;
}

export interface WorldOptions {
  readonly cycleSeconds: number;
  readonly run: RunControl;
  readonly tell: (progress: string) => void;
}

interface WorldParts extends WorldOptions {
  readonly children: Children;
  readonly directory: string;
}

const MAX_OUTSTANDING = 2_000;
const ANSWER_TIMEOUT_MS = 5_000;
const START_TIMEOUT_MS = 90_000;
const START_INTERVAL_MS = 100;

/** Builds the world, lets `use` work in it, and takes it down again whatever happens. A process that dies ends the run. */
export async function withWorld(options: WorldOptions, use: (world: World) => Promise<void>): Promise<void> {
  const children = new Children((death) => {
    options.run.fail(death);
  });
  const directory = await mkdtemp(join(tmpdir(), 'weir-demo-'));
  const removeNow = (): void => {
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', removeNow);
  let load: World['load'] | null = null;
  try {
    const world = await startWorld({ ...options, children, directory });
    load = world.load;
    await use(world);
  } finally {
    load?.stop();
    await children.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    process.off('exit', removeNow);
  }
}

/** Starts origins, control plane and edges, and waits until both edges send their users to the near origin. */
async function startWorld(parts: WorldParts): Promise<World> {
  const { children, cycleSeconds, tell } = parts;
  const [apiPort = 0, nearPort = 0, farPort = 0, ...edgePorts] = await findFreePorts(3 + EDGES.length);

  tell('starting two origins');
  const startChild: StartChild = (spec) => children.start(spec);
  const near = new OriginProcess({ name: 'near', port: nearPort, delayMs: 0 }, startChild);
  const far = new OriginProcess({ name: 'far', port: farPort, delayMs: FAR_DELAY_MS }, startChild);
  await Promise.all([near.start(), far.start()]);

  tell('starting the control plane, with SQLite in a temporary directory');
  const controlPlaneUrl = `http://127.0.0.1:${apiPort}`;
  const weir = new WeirClient(controlPlaneUrl);
  const dataDirectory = await makeDirectory(parts, 'control-plane');
  children.start(controlPlaneProcess({ port: apiPort, dataDirectory, cycleSeconds }));
  await untilStarted('the control plane is ready', () => weir.isReady(), parts);
  tell(`web console at ${controlPlaneUrl}/ (here it asks for no token), API at ${controlPlaneUrl}/docs`);
  await declareExperiment(weir, { near: nearPort, far: farPort });

  tell(`starting the edges ${EDGES.join(' and ')}`);
  for (const [index, name] of EDGES.entries()) {
    const stateDirectory = await makeDirectory(parts, name);
    children.start(edgeProcess({ name, controlPlaneUrl, stateDirectory, port: edgePorts[index] ?? 0, cycleSeconds }));
  }
  await untilStarted('both edges serve', () => areServing(edgePorts), parts);
  await untilStarted('both edges prefer near', async () => isAllNear(await weir.decision(LOAD_BALANCER)), parts);
  return { url: controlPlaneUrl, weir, near, far, load: createLoad(edgePorts) };
}

function untilStarted(claim: string, check: () => Promise<boolean>, { run }: WorldParts): Promise<void> {
  return waitUntil(claim, check, { timeoutMs: START_TIMEOUT_MS, intervalMs: START_INTERVAL_MS, signal: run.signal });
}

function createLoad(edgePorts: readonly number[]): LoadGenerator {
  return new LoadGenerator({
    targets: edgePorts.map((port) => ({ host: '127.0.0.1', port })),
    connectionsPerSecond: DEMAND_PER_SECOND,
    maxOutstanding: MAX_OUTSTANDING,
    timeoutMs: ANSWER_TIMEOUT_MS,
  });
}

async function makeDirectory({ directory }: WorldParts, name: string): Promise<string> {
  const path = join(directory, name);
  await mkdir(path);
  return path;
}

async function areServing(ports: readonly number[]): Promise<boolean> {
  const answers = await Promise.all(
    ports.map(async (port) => {
      const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1_000) });
      await answer.arrayBuffer();
      return answer.ok;
    }),
  );
  return answers.every((isOk) => isOk);
}

function isAllNear({ pairs }: Decision): boolean {
  return (
    pairs.length === EDGES.length &&
    pairs.every(({ shares }) => shares.some(({ origin, share }) => origin === 'near' && share === 1))
  );
}
