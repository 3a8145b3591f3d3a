import type { DataPlane, HostNeeds } from './data-plane/data-plane.js';
import { IpvsDataPlane } from './ipvs/ipvs-data-plane.js';
import type { Problem } from './problem.js';
import type { RunCommand } from './process/run-command.js';
import type { Settings } from './settings.js';
import { UserspaceDataPlane } from './userspace/userspace-data-plane.js';

const CONNECT_TIMEOUT_MS = 3_000;
const STOP_GRACE_MS = 5_000;

/** The one that the settings name. `run` and `prepareHost` are how IPVS's reaches the host, where not by itself. */
export function createDataPlane(
  settings: Settings,
  run: RunCommand,
  prepareHost?: (needs: HostNeeds) => Promise<readonly Problem[]>,
): DataPlane {
  if (settings.dataPlane === 'ipvs') return new IpvsDataPlane(run, prepareHost);
  return new UserspaceDataPlane({
    listenMap: settings.listenMap,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    stopGraceMs: STOP_GRACE_MS,
  });
}
