import { join } from 'node:path';
import type { EdgeLab } from './edge-lab.js';
import { HostProcess } from './host-process.js';
import { compileProgram } from './lab-program.js';
import { inNamespace } from './network.js';
import type { DialogueOrder, Dialogues } from './programs/dialogue-client.js';

const CLIENT = new URL('./programs/dialogue-client.ts', import.meta.url);
const UDP_ORIGIN = new URL('./programs/udp-origin.ts', import.meta.url);
const TIMEOUT_MS = 120_000;

/** Connections under way. */
export interface HeldDialogues {
  readonly opened: Dialogues;
  /** Asks a last time, and resets them. */
  readonly end: () => Promise<Dialogues>;
  /** Harmless after the end. */
  readonly abandon: () => Promise<void>;
}

/** Opens connections from the clients' namespace one after the other, and closes each once it was answered. */
export async function holdDialogues(lab: EdgeLab, order: Omit<DialogueOrder, 'isHeld'>): Promise<HeldDialogues> {
  const client = await startClient(lab, { ...order, isHeld: true });
  return {
    opened: await resultOf(client, 'opened'),
    end: async () => {
      client.endInput();
      return resultOf(client, 'ended');
    },
    abandon: () => client.kill(),
  };
}

/** As holdDialogues, but each connection ends as soon as it was answered. */
export async function runDialogues(lab: EdgeLab, order: Omit<DialogueOrder, 'isHeld'>): Promise<Dialogues> {
  const client = await startClient(lab, { ...order, isHeld: false });
  try {
    return await resultOf(client, 'opened');
  } finally {
    await client.kill();
  }
}

/** Starts a UDP server on every port of a range of all addresses of an origin; resolves when it listens. */
export async function startUdpOrigin(
  lab: EdgeLab,
  addresses: readonly string[],
  [first, last]: readonly [number, number],
): Promise<HostProcess> {
  const program = await compileProgram(UDP_ORIGIN, join(lab.stateDirectory, 'programs'));
  const commandLine = [process.execPath, program, String(first), String(last), ...addresses];
  const origin = new HostProcess(inNamespace(lab.topology.namespaces.origins, commandLine));
  await origin.waitForLine(/^listening$/, TIMEOUT_MS);
  return origin;
}

async function startClient(lab: EdgeLab, order: DialogueOrder): Promise<HostProcess> {
  const program = await compileProgram(CLIENT, join(lab.stateDirectory, 'programs'));
  const commandLine = [process.execPath, program, JSON.stringify(order)];
  return new HostProcess(inNamespace(lab.topology.namespaces.clients, commandLine));
}

async function resultOf(client: HostProcess, word: string): Promise<Dialogues> {
  const [, result = ''] = await client.waitForLine(new RegExp(`^${word} (.*)$`), TIMEOUT_MS);
  return JSON.parse(result) as Dialogues;
}
