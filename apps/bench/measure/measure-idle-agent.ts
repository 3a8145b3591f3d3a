import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { edgeOfSize, QuietControlPlane, startEndpoints, type EdgeSize } from '../edge/idle-world.js';
import { usageOf } from '../edge/process-usage.js';

/** The built agent as a process, without a client, at its default intervals. */
export interface IdleAgentFigures extends EdgeSize {
  readonly probesPerSecond: number;
  /** Of one core. */
  readonly cpuPercent: number;
  readonly residentMiB: number;
}

/** As an edge starts it, with the flags of its first line. */
const PROGRAM = fileURLToPath(new URL('../../../weir-edge.mjs', import.meta.url));
/** By then V8 has compiled what it will. */
const SETTLE_REPORTS = 15;
const WINDOW_MS = 45_000;

const [endpoints = 'own', services = '100', endpointsPerService = '10'] = process.argv.slice(2);
const size: EdgeSize = {
  services: Number(services),
  endpointsPerService: Number(endpointsPerService),
  endpoints: endpoints === 'own' ? 'own' : 'shared',
};
process.stdout.write(`${JSON.stringify(await measure())}\n`);

async function measure(): Promise<IdleAgentFigures> {
  const distinct = size.endpointsPerService * (size.endpoints === 'own' ? size.services : 1);
  const world = await startEndpoints(distinct);
  const configuration = edgeOfSize(size, world.ports);
  const controlPlane = new QuietControlPlane(configuration);
  const stateDirectory = await mkdtemp(join(tmpdir(), 'weir-bench-'));
  const agent = startAgent(await controlPlane.start(), stateDirectory);
  try {
    while (controlPlane.reports < SETTLE_REPORTS) await pause(500);
    const before = await usageOf(agent.pid ?? 0);
    const startedMs = performance.now();
    await pause(WINDOW_MS);
    const after = await usageOf(agent.pid ?? 0);
    const seconds = (performance.now() - startedMs) / 1_000;
    return {
      ...size,
      probesPerSecond: distinct / ((configuration.loadBalancers[0]?.healthCheck.intervalMs ?? Number.NaN) / 1_000),
      cpuPercent: (100 * (after.cpuSeconds - before.cpuSeconds)) / seconds,
      residentMiB: after.residentMiB,
    };
  } finally {
    agent.kill('SIGKILL');
    await once(agent, 'close');
    controlPlane.stop();
    world.stop();
    await rm(stateDirectory, { recursive: true, force: true });
  }
}

function startAgent(controlPlaneUrl: string, stateDirectory: string): ChildProcess {
  // An operator's own settings must not leak in; everything that is not said here is the default.
  const environment = {
    PATH: process.env['PATH'],
    WEIR_EDGE_NAME: 'bench-1',
    WEIR_CONTROL_PLANE_URL: controlPlaneUrl,
    WEIR_EDGE_STATE_DIRECTORY: stateDirectory,
    WEIR_EDGE_DATA_PLANE: 'userspace',
    WEIR_EDGE_HTTP_PORT: '0',
    WEIR_EDGE_LOG_LEVEL: 'error',
    ...(process.env['NODE_OPTIONS'] !== undefined && { NODE_OPTIONS: process.env['NODE_OPTIONS'] }),
  };
  return spawn(PROGRAM, [], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
