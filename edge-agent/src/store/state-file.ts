import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { edgeConfigurationSchema } from '#contracts/edge-configuration.js';
import { messageOf } from '../problem.js';

const stateSchema = z.strictObject({
  configuration: edgeConfigurationSchema.nullable(),
  /** Keys of the services the agent made, or was about to make. */
  owned: z.array(z.string()),
});

const envelopeSchema = z.strictObject({ format: z.literal(1), sha256: z.string(), state: stateSchema });

/** What must survive a crash and a reboot: without it an edge could not forward while the control plane is away. */
export type AgentState = z.infer<typeof stateSchema>;

export interface LoadedState {
  /** `null` when there is none, or none that can be trusted. */
  readonly state: AgentState | null;
  /** Why a file could not be used; `null` when the newest was good or there never was one. */
  readonly damage: string | null;
}

/**
 * The agent's state in a directory of its own: `state.json`, and `state.previous.json` in case the newest is damaged.
 * A save is all or nothing, also when the power goes.
 */
export class StateFile {
  readonly #current: string;
  readonly #previous: string;
  readonly #temporary: string;

  constructor(private readonly directory: string) {
    this.#current = join(directory, 'state.json');
    this.#previous = join(directory, 'state.previous.json');
    this.#temporary = join(directory, 'state.new.json');
  }

  /** Never rejects: a state that cannot be read is as good as none, and said so. */
  async load(): Promise<LoadedState> {
    const newest = await readState(this.#current);
    if (newest.state !== null) return newest;
    // Out of the way, or the next save would put the damaged file in the place of the good previous one.
    if (newest.damage !== null) await rename(this.#current, `${this.#current}.damaged`).catch(() => undefined);
    const previous = await readState(this.#previous);
    const damage = [newest.damage, previous.damage].filter((text) => text !== null).join('; ');
    return { state: previous.state, damage: damage === '' ? null : damage };
  }

  /** Rejects when the disk does; the state saved last is then still there. Saves must not overlap. */
  async save(state: AgentState): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const envelope = { format: 1, sha256: checksumOf(state), state };
    await writeDurably(this.#temporary, `${JSON.stringify(envelope, null, 2)}\n`);
    await rename(this.#current, this.#previous).catch(ignoreMissing);
    await rename(this.#temporary, this.#current);
    await syncToDisk(this.directory);
  }
}

async function readState(path: string): Promise<LoadedState> {
  try {
    const { sha256, state } = envelopeSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    if (sha256 === checksumOf(state)) return { state, damage: null };
    return { state: null, damage: `${path} does not match its checksum` };
  } catch (error) {
    if (isMissing(error)) return { state: null, damage: null };
    return { state: null, damage: `${path} cannot be read: ${messageOf(error)}` };
  }
}

/** Of the compact text: reading and writing JSON keeps the order of keys, so both ends compute the same. */
function checksumOf(state: AgentState): string {
  return createHash('sha256').update(JSON.stringify(state)).digest('hex');
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is durable only once its directory is. */
async function syncToDisk(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
