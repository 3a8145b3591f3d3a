import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { pathInGuest } from './edge-init.js';
import type { EdgeLab } from './edge-lab.js';
import type { GuestProcess } from './guest-process.js';

const ENTRY = fileURLToPath(new URL('../../dist/edge-agent/src/main.js', import.meta.url));

/** Starts the built edge agent in the guest. Started again, it finds the state that the one before left. */
export function startAgent(lab: EdgeLab, edge: string, controlPlaneUrl: string): Promise<GuestProcess> {
  return lab.startProcess({
    name: 'edge-agent',
    commandLine: [process.execPath, ENTRY].map(pathInGuest),
    environment: {
      WEIR_EDGE_NAME: edge,
      WEIR_CONTROL_PLANE_URL: controlPlaneUrl,
      WEIR_EDGE_STATE_DIRECTORY: join(lab.stateDirectory, 'agent'),
      WEIR_EDGE_DATA_PLANE: 'ipvs',
      WEIR_EDGE_HTTP_HOST: lab.topology.edgeAddress,
      WEIR_EDGE_REPORT_INTERVAL_MS: '1000',
      WEIR_EDGE_SYNC_INTERVAL_MS: '5000',
    },
  });
}

/** Resolves when the agent says that the edge serves as it was told to. */
export async function expectHealthy(lab: EdgeLab): Promise<void> {
  const response = await askAgent(lab, '/healthz');
  if (!response.ok) throw new Error(`the agent answered ${response.status}: ${await response.text()}`);
}

/** How long the agent took to bring the kernel to what is wanted, the last time. */
export async function lastSyncMs(lab: EdgeLab): Promise<number> {
  return statusSchema.parse(await (await askAgent(lab, '/status')).json()).lastSyncDurationMs;
}

const statusSchema = z.object({ lastSyncDurationMs: z.number() });

function askAgent({ topology }: EdgeLab, path: string): Promise<Response> {
  return fetch(`http://${topology.edgeAddress}:9470${path}`, { signal: AbortSignal.timeout(5_000) });
}
