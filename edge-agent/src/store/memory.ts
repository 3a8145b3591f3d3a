import type { Clock } from '../clock.js';
import type { MemoryFile, StoredMemory } from './memory-file.js';

/** What an agent knows that its successor cannot find out at once. */
export interface Recollection {
  /** Deadlines of destinations on their way out, by destination key, on the monotonic clock. */
  readonly draining: ReadonlyMap<string, number>;
  /** What the probes found down, by their questions. */
  readonly down: ReadonlySet<string>;
}

export interface MemoryParts {
  readonly file: Pick<MemoryFile, 'load' | 'save'>;
  readonly clock: Clock;
}

/** An endpoint that was down longer ago than this may well be up, and is given the benefit of the doubt. */
const MAX_VERDICT_AGE_MS = 300_000;

/** So that a verdict that has long been the same does not look older than it is. */
const REFRESH_MS = 60_000;

/** Keeps between one agent and the next what a restart must not forget. */
export class Memory {
  #saved: StoredMemory = { savedMs: -Infinity, deadlines: {}, down: [] };

  constructor(private readonly parts: MemoryParts) {}

  /** No deadline is further away than `drainMs`, whatever became of the clock of days since. */
  async recall(drainMs: number): Promise<Recollection> {
    this.#saved = (await this.parts.file.load()) ?? this.#saved;
    return recollectionOf(this.#saved, { ...this.#now(), drainMs });
  }

  /** Writes only what is new. Rejects when the disk does. */
  async keep(recollection: Recollection): Promise<void> {
    const memory = memoryOf(recollection, this.#now());
    if (isKept(memory, this.#saved)) return;
    await this.parts.file.save(memory);
    this.#saved = memory;
  }

  #now(): Moment {
    return { wallMs: this.parts.clock.nowMs(), monotonicMs: this.parts.clock.monotonicMs() };
  }
}

interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

function recollectionOf(
  { savedMs, deadlines, down }: StoredMemory,
  { wallMs, monotonicMs, drainMs }: Moment & { readonly drainMs: number },
): Recollection {
  const isFresh = Math.abs(wallMs - savedMs) <= MAX_VERDICT_AGE_MS;
  const timeLeftMs = (deadlineMs: number) => Math.min(drainMs, Math.max(0, deadlineMs - wallMs));
  return {
    draining: new Map(Object.entries(deadlines).map(([key, endMs]) => [key, monotonicMs + timeLeftMs(endMs)])),
    down: new Set(isFresh ? down : []),
  };
}

function memoryOf({ draining, down }: Recollection, { wallMs, monotonicMs }: Moment): StoredMemory {
  return {
    savedMs: wallMs,
    deadlines: Object.fromEntries([...draining].map(([key, endMs]) => [key, wallMs + endMs - monotonicMs])),
    down: [...down].sort(),
  };
}

/** A deadline never changes while its destination drains. */
function isKept(memory: StoredMemory, saved: StoredMemory): boolean {
  const keysOf = ({ deadlines, down }: StoredMemory) => JSON.stringify([Object.keys(deadlines).sort(), down]);
  const isFresh = memory.down.length === 0 || memory.savedMs - saved.savedMs < REFRESH_MS;
  return isFresh && keysOf(memory) === keysOf(saved);
}
