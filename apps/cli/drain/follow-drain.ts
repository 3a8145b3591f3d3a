import { setTimeout as pause } from 'node:timers/promises';
import { formatBar, formatSeconds } from '../output/figures.js';
import { createProgressLine } from '../output/progress-line.js';
import type { Terminal } from '../output/terminal.js';
import type { DrainProgress } from './drain-progress.js';

export interface DrainFollowing {
  /** What is drained, as people call it. */
  readonly what: string;
  /** Asked again and again; told how long it has been followed. */
  readonly look: (drainingSeconds: number) => Promise<DrainProgress>;
  /** Not followed for longer; `null`: to the end. */
  readonly timeoutSeconds: number | null;
  readonly terminal: Terminal;
}

const LOOK_EVERY_MS = 1_000;
const BAR_WIDTH = 24;

/** Shows a drain with a bar until the last connection; rejects when it is not known, or not over in time. */
export async function followDrain({ what, look, timeoutSeconds, terminal }: DrainFollowing): Promise<void> {
  const line = createProgressLine(terminal);
  const startedMs = performance.now();
  let most = 0;
  for (;;) {
    const seconds = (performance.now() - startedMs) / 1_000;
    const progress = await look(seconds);
    if (progress.kind === 'empty') {
      line.end(`no connection is left at ${what}`);
      return;
    }
    if (progress.kind === 'silent')
      throw new Error(
        `${what} drains, but its agent does not report: what is open there is not known; see \`ipvsadm -Ln\` on it`,
      );
    if (timeoutSeconds !== null && seconds >= timeoutSeconds)
      throw new Error(`${what} still drains after ${formatSeconds(timeoutSeconds)}; it goes on doing so`);
    if (progress.kind === 'leaving') most = Math.max(most, progress.connections);
    line.show(progressText(progress, most));
    await pause(LOOK_EVERY_MS);
  }
}

function progressText(
  progress: Extract<DrainProgress, { readonly kind: 'waiting' | 'leaving' }>,
  most: number,
): string {
  if (progress.kind === 'waiting') return 'waiting for the next report';
  const { connections, secondsLeft, announced } = progress;
  const bar = formatBar(most === 0 ? 1 : 1 - connections / most, BAR_WIDTH);
  const deadline = secondsLeft === null ? '' : `, at most ${formatSeconds(secondsLeft)}`;
  const addresses = announced === 0 ? '' : `, ${announced} addresses still announced`;
  return `${bar} ${connections} connections left${deadline}${addresses}`;
}
