import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { pathInGuest } from './edge-init.js';
import type { GuestProcess } from './guest-process.js';
import type { LabEdge } from './lab.js';

/** The one file that edges get: a guest is slow at opening hundreds. */
const ENTRY = fileURLToPath(new URL('../../dist/weir-edge.mjs', import.meta.url));

/** Of the agent's own endpoints. */
export const AGENT_PORT = 9470;

type Environment = Readonly<Record<string, string>>;

/** Starts the built edge agent in the guest. Started again, it finds the state that the one before left. */
export function startAgent(
  edge: LabEdge,
  controlPlaneUrl: string,
  environment: Environment = {},
): Promise<GuestProcess> {
  return edge.startProcess({
    name: 'edge-agent',
    commandLine: [process.execPath, ENTRY].map(pathInGuest),
    environment: { ...settingsOf(edge, controlPlaneUrl), ...environment },
  });
}

/** Starts the process that withdraws when the agent is dead. */
export function startWatchdog(edge: LabEdge, controlPlaneUrl: string, environment: Environment): Promise<GuestProcess> {
  return edge.startProcess({
    name: 'watchdog',
    commandLine: [...[process.execPath, ENTRY].map(pathInGuest), '--watchdog'],
    environment: { ...settingsOf(edge, controlPlaneUrl), ...environment },
  });
}

function settingsOf({ name, address, stateDirectory }: LabEdge, controlPlaneUrl: string): Environment {
  return {
    WEIR_EDGE_NAME: name,
    WEIR_CONTROL_PLANE_URL: controlPlaneUrl,
    WEIR_EDGE_STATE_DIRECTORY: join(stateDirectory, 'agent'),
    WEIR_EDGE_DATA_PLANE: 'ipvs',
    WEIR_EDGE_HTTP_HOST: address,
    WEIR_EDGE_REPORT_INTERVAL_MS: '1000',
    WEIR_EDGE_SYNC_INTERVAL_MS: '5000',
  };
}

/** Resolves when the agent says that the edge serves as it was told to. */
export async function expectHealthy(edge: LabEdge): Promise<void> {
  const response = await askAgent(edge, '/healthz');
  if (!response.ok) throw new Error(`the agent answered ${response.status}: ${await response.text()}`);
}

/** How long the agent took to bring the kernel to what is wanted, the last time. */
export async function lastSyncMs(edge: LabEdge): Promise<number> {
  return statusSchema.parse(await (await askAgent(edge, '/status')).json()).lastSyncDurationMs;
}

const statusSchema = z.object({ lastSyncDurationMs: z.number() });

function askAgent({ address }: LabEdge, path: string): Promise<Response> {
  return fetch(`http://${address}:${AGENT_PORT}${path}`, { signal: AbortSignal.timeout(30_000) });
}
