import type { ExitCode } from '../exit-codes.js';
import type { Terminal } from '../output/terminal.js';

/** What commands are made with. */
export interface Surroundings {
  readonly terminal: Terminal;
  /** Ends with this code, although nothing failed. */
  readonly exitWith: (code: ExitCode) => void;
}
