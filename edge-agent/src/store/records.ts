import type { AdmittedConfiguration } from '../configuration/admit-configuration.js';
import type { Logger } from '../logger.js';
import { messageOf, type Problem } from '../problem.js';
import type { Memory, Recollection } from './memory.js';
import type { StateFile } from './state-file.js';

export interface RecordsParts {
  readonly edge: string;
  readonly stateFile: Pick<StateFile, 'load' | 'save'>;
  readonly memory: Pick<Memory, 'recall' | 'keep'>;
  readonly logger: Logger;
}

/** What the agent before this one left. */
export interface Legacy extends Recollection {
  /** `null` when there is none of this edge. */
  readonly admitted: AdmittedConfiguration | null;
  readonly owned: ReadonlySet<string>;
}

interface SavedState {
  readonly admitted: AdmittedConfiguration;
  readonly owned: ReadonlySet<string>;
}

/** What outlives this agent. A disk that fails must not stop the steering: it goes on without a memory, and says so. */
export class Records {
  /** What the state file holds. */
  #saved: SavedState | null = null;

  constructor(private readonly parts: RecordsParts) {}

  async load(drainMs: number): Promise<Legacy> {
    const { edge, stateFile, memory, logger } = this.parts;
    const recollection = await memory.recall(drainMs);
    const { state, damage } = await stateFile.load();
    if (damage !== null) logger.warn('a state file was damaged', { code: 'state-unreadable', damage });
    const owned = new Set(state?.owned);
    const { configuration = null, heldBack = [] } = state ?? {};
    const admitted = configuration?.edge === edge ? { configuration, heldBack } : null;
    if (admitted !== null) this.#saved = { admitted, owned };
    return { ...recollection, admitted, owned };
  }

  /** Writes the state only when it is another one. */
  async save(admitted: AdmittedConfiguration, owned: ReadonlySet<string>): Promise<readonly Problem[]> {
    if (this.#saved?.admitted === admitted && isSameSequence(owned, this.#saved.owned)) return [];
    const { configuration, heldBack } = admitted;
    const state = { configuration, owned: [...owned], ...(heldBack.length > 0 && { heldBack: [...heldBack] }) };
    try {
      await this.parts.stateFile.save(state);
      this.#saved = { admitted, owned };
      return [];
    } catch (error) {
      return [notSaved(error)];
    }
  }

  keep(recollection: Recollection): Promise<readonly Problem[]> {
    return this.parts.memory.keep(recollection).then(
      () => [],
      (error: unknown) => [notSaved(error)],
    );
  }
}

function isSameSequence(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return left === right || JSON.stringify([...left]) === JSON.stringify([...right]);
}

function notSaved(error: unknown): Problem {
  return { code: 'state-not-saved', message: `the state directory: ${messageOf(error)}` };
}
