import type { Terminal } from './terminal.js';

/** What Ctrl-C sends while the terminal passes keys on unread. */
const CONTROL_C = '\u0003';

/** Calls `quit` at q or Ctrl-C, where there is a terminal. Answers how to stop listening. */
export function watchForQuit({ input }: Pick<Terminal, 'input'>, quit: () => void): () => void {
  if (input.isTTY !== true || input.setRawMode === undefined) return () => undefined;
  const { setRawMode } = input;
  const onKeys = (keys: Buffer | string): void => {
    if (/[qQ]/.test(keys.toString()) || keys.includes(CONTROL_C)) quit();
  };
  setRawMode.call(input, true);
  input.on('data', onKeys).resume();
  return () => {
    input.off('data', onKeys).pause();
    setRawMode.call(input, false);
  };
}
