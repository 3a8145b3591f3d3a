import type { Terminal } from './terminal.js';

/** A screen that is redrawn in place; elsewhere than in a terminal every view is printed below the last one. */
export interface Screen {
  readonly columns: number;
  /** `null` where lines never run out. */
  readonly rows: number | null;
  draw(view: string): void;
  /** Gives the terminal back as it was. */
  end(): void;
}

/** DEC private modes of every terminal in use: the alternate screen, and the cursor. */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_TO_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

export function openScreen({ output }: Pick<Terminal, 'output'>): Screen {
  if (output.isTTY !== true) return plainScreen(output);
  const leave = (): void => {
    output.write(LEAVE);
  };
  // Whatever ends the process, the cursor comes back.
  process.once('exit', leave);
  output.write(ENTER);
  return {
    get columns() {
      return output.columns ?? 80;
    },
    get rows() {
      return output.rows ?? 24;
    },
    // Overwritten line by line: clearing first would flicker.
    draw: (view) => {
      output.write(`${HOME}${view.replaceAll('\n', `${CLEAR_TO_LINE_END}\n`)}${CLEAR_TO_LINE_END}${CLEAR_BELOW}`);
    },
    end: () => {
      process.off('exit', leave);
      leave();
    },
  };
}

function plainScreen(output: Terminal['output']): Screen {
  let isFirst = true;
  return {
    columns: Infinity,
    rows: null,
    draw: (view) => {
      output.write(`${isFirst ? '' : '\n'}${view}\n`);
      isFirst = false;
    },
    end: () => undefined,
  };
}
