import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAbandonedLabs } from './abandoned-labs.js';
import { edgeInitScript } from './edge-init.js';
import { GuestCommands, prepareCommandDirectory } from './guest-commands.js';
import { startGuestProcess, type GuestProcess, type GuestProcessOptions } from './guest-process.js';
import { createNetwork, removeNetwork } from './network.js';
import { describeTopology, type LabTopology } from './topology.js';
import { bootUserModeLinux, type UserModeLinux } from './user-mode-linux.js';

/** One edge with clients, two origins and a way to the host, all of it gone after stop. */
export interface EdgeLab {
  readonly topology: LabTopology;
  /** The only directory of the host that the edge can write to; under the same path inside. */
  readonly stateDirectory: string;
  readonly commands: GuestCommands;
  readonly startProcess: (options: GuestProcessOptions) => Promise<GuestProcess>;
  readonly consoleTail: () => string;
  /** Powers the edge off and removes all the lab made. Safe to call twice. */
  readonly stop: () => Promise<void>;
}

// Not /tmp or /run: the guest mounts file systems of its own there.
const stateParent = '/var/tmp';

let started = 0;

/** Needs root and the packages of prepareLab. Leaves nothing behind when it rejects or when the process exits. */
export async function startEdgeLab(): Promise<EdgeLab> {
  removeAbandonedLabs(stateParent);
  const topology = describeTopology({ ownerPid: process.pid, sequence: started++ });
  const stateDirectory = await mkdtemp(join(stateParent, `${topology.run}-`));
  const remove = removeOnExit(topology, stateDirectory);
  try {
    await createNetwork(topology);
    return edgeLab(topology, stateDirectory, await bootEdge(topology, stateDirectory), remove);
  } catch (error) {
    remove();
    throw error;
  }
}

async function bootEdge(topology: LabTopology, stateDirectory: string): Promise<UserModeLinux> {
  const initProgram = join(stateDirectory, 'init.sh');
  await writeFile(initProgram, edgeInitScript(topology, stateDirectory));
  await prepareCommandDirectory(stateDirectory);
  const taps = topology.cables.map(({ tap }) => tap);
  return bootUserModeLinux({ namespace: topology.namespaces.wires, taps, initProgram, stateDirectory });
}

function edgeLab(topology: LabTopology, stateDirectory: string, machine: UserModeLinux, remove: () => void): EdgeLab {
  const commands = new GuestCommands(machine, stateDirectory);
  return {
    topology,
    stateDirectory,
    commands,
    startProcess: (options) => startGuestProcess(commands, stateDirectory, options),
    consoleTail: () => machine.consoleTail,
    stop: async () => {
      await machine.stop();
      remove();
    },
  };
}

/** A signal removes the lab before it ends the process, since a test runner may refuse the exit that would do so. */
function removeOnExit(topology: LabTopology, stateDirectory: string): () => void {
  const interrupt = () => {
    remove();
    process.exit(130);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const remove = () => {
    for (const signal of signals) process.off(signal, interrupt);
    process.off('exit', remove);
    removeNetwork(topology);
    rmSync(stateDirectory, { recursive: true, force: true });
  };
  process.once('exit', remove);
  for (const signal of signals) process.once(signal, interrupt);
  return remove;
}
