import { join } from 'node:path';
import { HostProcess } from './host-process.js';
import type { Lab } from './lab.js';
import { compileProgram } from './lab-program.js';
import { inNamespace } from './network.js';
import type { Traffic, TrafficOrder } from './programs/load-generator.js';

const ORIGIN_SERVER = new URL('./programs/origin-server.ts', import.meta.url);
const LOAD_GENERATOR = new URL('./programs/load-generator.ts', import.meta.url);
const START_TIMEOUT_MS = 90_000;
const TRAFFIC_TIMEOUT_MS = 90_000;

/** Starts an origin's server on all its addresses; resolves when it listens. */
export async function startOrigin(lab: Lab, addresses: readonly string[], port: number): Promise<HostProcess> {
  const program = await compileProgram(ORIGIN_SERVER, programs(lab));
  const commandLine = [process.execPath, program, String(port), ...addresses];
  const origin = new HostProcess(inNamespace(lab.topology.namespaces.origins, commandLine));
  await origin.waitForLine(/^listening$/, START_TIMEOUT_MS);
  return origin;
}

/** Traffic under way. */
export interface Flow {
  /** Lets the connections under way finish; answers what became of all. */
  readonly end: () => Promise<Traffic>;
  /** Cuts it off. Harmless after its end. */
  readonly abandon: () => Promise<void>;
}

/** Starts connections from the clients' namespace. */
export async function startTraffic(lab: Lab, order: TrafficOrder): Promise<Flow> {
  const program = await compileProgram(LOAD_GENERATOR, programs(lab));
  const commandLine = [process.execPath, program, JSON.stringify(order)];
  const generator = new HostProcess(inNamespace(lab.topology.namespaces.clients, commandLine));
  return {
    abandon: () => generator.kill(),
    end: async () => {
      if (order.short === null) generator.endInput();
      try {
        const [line] = await generator.waitForLine(/^\{.*\}$/, TRAFFIC_TIMEOUT_MS);
        return JSON.parse(line) as Traffic;
      } finally {
        await generator.kill();
      }
    },
  };
}

/** Sends so many connections, 20 at a time, to port 443 of a host. */
export async function sendConnections(lab: Lab, host: string, count: number): Promise<Traffic> {
  const flow = await startTraffic(lab, { host, port: 443, short: count, concurrency: 20, pauseMs: 0, held: 0 });
  return flow.end();
}

function programs({ directory }: Lab): string {
  return join(directory, 'programs');
}
