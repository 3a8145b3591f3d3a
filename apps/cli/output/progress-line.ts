import type { Terminal } from './terminal.js';

/** A line that changes in place in a terminal; elsewhere each change is a line of its own. */
export interface ProgressLine {
  show(text: string): void;
  /** Leaves `text` there for good. */
  end(text: string): void;
}

const CLEAR_LINE = '\r\u001b[K';

export function createProgressLine({ output }: Pick<Terminal, 'output'>): ProgressLine {
  const isTerminal = output.isTTY === true;
  let last = '';
  return {
    show: (text) => {
      if (text !== last) output.write(isTerminal ? `${CLEAR_LINE}${text}` : `${text}\n`);
      last = text;
    },
    end: (text) => {
      output.write(`${isTerminal ? CLEAR_LINE : ''}${text}\n`);
    },
  };
}
