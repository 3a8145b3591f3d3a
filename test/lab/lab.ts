import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAbandonedLabs } from './abandoned-labs.js';
import { edgeInitScript } from './edge-init.js';
import { GuestCommands, prepareCommandDirectory } from './guest-commands.js';
import { startGuestProcess, type GuestProcess, type GuestProcessOptions } from './guest-process.js';
import { createNetwork, removeNetwork } from './network.js';
import type { EdgePlace, LabTopology, TopologyOptions } from './topology.js';
import { bootUserModeLinux, type UserModeLinux } from './user-mode-linux.js';

/** A network of namespaces with edges in it, all of it gone after stop. */
export interface Lab<Topology extends LabTopology = LabTopology> {
  readonly topology: Topology;
  /** On the host, for what runs outside the edges. */
  readonly directory: string;
  readonly edges: readonly LabEdge[];
  /** Powers the edges off and removes all the lab made. Safe to call twice. */
  readonly stop: () => Promise<void>;
}

/** One edge: a machine of its own. */
export interface LabEdge {
  readonly name: string;
  /** Where the host reaches the agent's own endpoints. */
  readonly address: string;
  /** The only directory of the host that the edge can write to; under the same path inside. */
  readonly stateDirectory: string;
  readonly commands: GuestCommands;
  readonly startProcess: (options: GuestProcessOptions) => Promise<GuestProcess>;
  readonly consoleTail: () => string;
  /** As when its power fails. */
  readonly cutPower: () => void;
}

// Not /tmp or /run: the guest mounts file systems of its own there.
const stateParent = '/var/tmp';

let started = 0;

/** Needs root and the packages of prepareLab. Leaves nothing behind when it rejects or when the process exits. */
export async function startLab<Topology extends LabTopology>(
  describe: (options: TopologyOptions) => Topology,
): Promise<Lab<Topology>> {
  removeAbandonedLabs(stateParent);
  const topology = describe({ ownerPid: process.pid, sequence: started++ });
  const directory = await mkdtemp(join(stateParent, `${topology.run}-`));
  const remove = removeOnExit(topology, directory);
  try {
    await createNetwork(topology);
    const machines = await Promise.all(
      topology.edges.map((edge) => bootEdge(topology, edge, join(directory, edge.name))),
    );
    return {
      topology,
      directory,
      edges: machines.map(({ edge }) => edge),
      stop: async () => {
        await Promise.all(machines.map(({ machine }) => machine.stop()));
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

async function bootEdge(
  { namespaces }: LabTopology,
  place: EdgePlace,
  stateDirectory: string,
): Promise<{ edge: LabEdge; machine: UserModeLinux }> {
  await mkdir(stateDirectory);
  const initProgram = join(stateDirectory, 'init.sh');
  await writeFile(initProgram, edgeInitScript(place, stateDirectory));
  await prepareCommandDirectory(stateDirectory);
  const taps = place.interfaces.map(({ tap }) => tap);
  const machine = await bootUserModeLinux({ namespace: namespaces.wires, taps, initProgram, stateDirectory });
  return { edge: labEdge(place, stateDirectory, machine), machine };
}

function labEdge({ name, address }: EdgePlace, stateDirectory: string, machine: UserModeLinux): LabEdge {
  const commands = new GuestCommands(machine, stateDirectory);
  return {
    name,
    address,
    stateDirectory,
    commands,
    startProcess: (options) => startGuestProcess(commands, stateDirectory, options),
    consoleTail: () => machine.consoleTail,
    cutPower: () => {
      machine.kill();
    },
  };
}

/** A signal removes the lab before it ends the process, since a test runner may refuse the exit that would do so. */
function removeOnExit(topology: LabTopology, directory: string): () => void {
  const interrupt = () => {
    remove();
    process.exit(130);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const remove = () => {
    for (const signal of signals) process.off(signal, interrupt);
    process.off('exit', remove);
    removeNetwork(topology);
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', remove);
  for (const signal of signals) process.once(signal, interrupt);
  return remove;
}
