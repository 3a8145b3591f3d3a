import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf } from '../problem.js';
import { decodeState, encodeState, STATE_FORMAT, type AgentState, type DecodedState } from './agent-state.js';

export interface LoadedState {
  /** `null` when there is none, or none that can be trusted. */
  readonly state: AgentState | null;
  /** Why a file could not be used; `null` when the newest was good or there never was one. */
  readonly damage: string | null;
}

/**
 * The agent's state in a directory of its own: `state.json`, and `state.previous.json` in case the newest is damaged.
 * A save is all or nothing, also when the process is killed or the power goes.
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

  /** What load would give. Changes nothing. */
  async inspect(): Promise<LoadedState> {
    return chosenOf([await readStored(this.#current), await readStored(this.#previous)]);
  }

  /**
   * Never rejects: a state that cannot be read is as good as none, and said so. What cannot be used goes out of the way,
   * or the next saves would put it in the place of the good one, or lose what only a newer agent can read.
   */
  async load(): Promise<LoadedState> {
    const files = [await readStored(this.#current), await readStored(this.#previous)];
    for (const { path, reading } of files) {
      const suffix = suffixOf(reading);
      if (suffix !== null) await rename(path, `${path}.${suffix}`).catch(() => undefined);
    }
    return chosenOf(files);
  }

  /** Rejects when the disk does; the state saved last is then still there. Saves must not overlap. */
  async save(state: AgentState): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    await writeDurably(this.#temporary, encodeState(state));
    await rename(this.#current, this.#previous).catch(ignoreMissing);
    await rename(this.#temporary, this.#current);
    await syncToDisk(this.directory);
  }
}

type Reading =
  | DecodedState
  | { readonly kind: 'missing' }
  /** The file may well be good: the disk, or a permission, is not. */
  | { readonly kind: 'unreadable'; readonly reason: string };

interface StoredFile {
  readonly path: string;
  readonly reading: Reading;
}

async function readStored(path: string): Promise<StoredFile> {
  try {
    return { path, reading: decodeState(await readFile(path, 'utf8')) };
  } catch (error) {
    if (isMissing(error)) return { path, reading: { kind: 'missing' } };
    return { path, reading: { kind: 'unreadable', reason: `cannot be read: ${messageOf(error)}` } };
  }
}

/** The first of the files, newest first, that is good; and what is wrong with those before it. */
function chosenOf(files: readonly StoredFile[]): LoadedState {
  const found = files.findIndex(({ reading }) => reading.kind === 'state');
  const passedOver = found === -1 ? files : files.slice(0, found);
  const complaints = passedOver.map(complaintOf).filter((text) => text !== null);
  const chosen = files[found]?.reading;
  return {
    state: chosen?.kind === 'state' ? chosen.state : null,
    damage: complaints.length === 0 ? null : complaints.join('; '),
  };
}

function complaintOf({ path, reading }: StoredFile): string | null {
  switch (reading.kind) {
    case 'missing':
    case 'state':
      return null;
    case 'newer-format':
      return (
        `${path} is of format ${reading.format} and this agent knows ${STATE_FORMAT}; ` +
        `install the newer agent again, to which ${basename(path)}.${String(suffixOf(reading))} is kept`
      );
    case 'damaged':
    case 'unreadable':
      return `${path} ${reading.reason}`;
  }
}

/** What is appended to the name of a file that must make way; `null` for one that may stay. */
function suffixOf(reading: Reading): string | null {
  if (reading.kind === 'damaged') return 'damaged';
  return reading.kind === 'newer-format' ? `format-${reading.format}` : null;
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
