import { createInterface } from 'node:readline/promises';
import type { ReadStream, WriteStream } from 'node:tty';
import type { Readable, Writable } from 'node:stream';

/** Where a command reads and writes: the process's own streams, or a test's. */
export interface Terminal {
  readonly input: Readable & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>;
  readonly output: Writable & Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>>;
  readonly errors: Writable;
  readonly environment: NodeJS.ProcessEnv;
}

export function isInteractive({ input, output }: Terminal): boolean {
  return input.isTTY === true && output.isTTY === true;
}

/** Colours go to people only, and not to those who do not want them (https://no-color.org). */
export function isColoured({ output, environment }: Terminal): boolean {
  return output.isTTY === true && (environment['NO_COLOR'] ?? '') === '';
}

export function say({ output }: Terminal, text: string): void {
  output.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** For people, while the standard output is for the answer. */
export function remark({ errors }: Terminal, text: string): void {
  errors.write(`${text}\n`);
}

/** Whether a person says yes. Nobody there means no. */
export async function confirm(terminal: Terminal, question: string): Promise<boolean> {
  if (!isInteractive(terminal)) return false;
  const lines = createInterface({ input: terminal.input, output: terminal.output });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
