import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { COLUMNS, ROWS } from './terminal-screen.js';

/** What is typed while a command runs, and when. */
export interface Typing {
  readonly afterMs: number;
  readonly keys: string;
}

/** One piece of what a terminal was sent. */
export interface Piece {
  readonly atMs: number;
  readonly text: string;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly typing?: readonly Typing[];
}

/** Runs a command in a terminal of its own (util-linux has one to lend) and answers what that was sent. */
export async function runInTerminal(command: string, options: TerminalOptions): Promise<readonly Piece[]> {
  const { cwd, environment, typing = [] } = options;
  const shell = `stty cols ${COLUMNS} rows ${ROWS}; ${command}`;
  const child = spawn('script', ['--quiet', '--flush', '--command', shell, '/dev/null'], { cwd, env: environment });
  const startedMs = performance.now();
  const pieces: Piece[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    pieces.push({ atMs: performance.now() - startedMs, text });
  });
  const ended = once(child, 'close');
  for (const { afterMs, keys } of typing) {
    await pause(afterMs);
    child.stdin.write(keys);
  }
  await ended;
  return pieces;
}
