import type { ReadStream } from 'node:tty';

export interface KeyActions {
  readonly toggleNear: () => void;
  readonly end: () => void;
}

/** What Ctrl-C sends while the terminal passes keys on unread. */
const CONTROL_C = '\u0003';

/** Listens for single keys, where there is a terminal. Answers how to stop. */
export function watchKeys(input: ReadStream, actions: KeyActions): () => void {
  if (!input.isTTY) return () => undefined;
  const onKeys = (text: string): void => {
    for (const key of text) {
      if (key === 'k') actions.toggleNear();
      else if (key === 'q' || key === CONTROL_C) actions.end();
    }
  };
  input.setRawMode(true).setEncoding('utf8').on('data', onKeys).resume();
  return () => {
    input.off('data', onKeys).setRawMode(false).pause();
  };
}
