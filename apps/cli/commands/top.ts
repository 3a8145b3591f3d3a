import { Command } from 'commander';
import { watchForQuit } from '../output/keys.js';
import { renderAnswer } from '../output/render.js';
import { openScreen } from '../output/screen.js';
import { isColoured, say } from '../output/terminal.js';
import { openSession, type Session } from '../session.js';
import { followStanding, type StandingUpdate } from '../standing/follow-standing.js';
import { readStanding } from '../standing/read-standing.js';
import { paintStanding } from '../standing/paint-standing.js';
import { renderStanding } from '../standing/render-standing.js';
import type { Surroundings } from './surroundings.js';

export function topCommand({ terminal }: Surroundings): Command {
  return new Command('top')
    .description('a live view: origins with load against capacity, edges, the last decisions; q ends it')
    .option('--once', 'print it once, for scripts')
    .action(async ({ once = false }: { readonly once?: boolean }, command: Command) => {
      const session = await openSession(command, terminal);
      if (once) say(terminal, view(session, { standing: await readStanding(session.client), trouble: null }, ALL));
      else await watch(session);
    });
}

/** Everything there is, as wide as it gets. */
const ALL = { columns: Infinity, rows: null };

async function watch(session: Session): Promise<void> {
  const ending = new AbortController();
  const updates = followStanding(session, ending.signal);
  // What makes the command fail at once is told on the screen that everybody reads.
  const first = await updates.next();
  if (first.done === true) return;
  const screen = openScreen(session.terminal);
  const forgetKeys = watchForQuit(session.terminal, () => {
    ending.abort();
  });
  try {
    screen.draw(view(session, first.value, screen));
    for await (const update of updates) if (!ending.signal.aborted) screen.draw(view(session, update, screen));
  } finally {
    ending.abort();
    forgetKeys();
    screen.end();
  }
}

function view(
  { url, format, terminal }: Session,
  { standing, trouble }: StandingUpdate,
  { columns, rows }: { readonly columns: number; readonly rows: number | null },
): string {
  const text = renderStanding(standing, { url, nowMs: Date.now(), columns, rows, trouble });
  const painted = isColoured(terminal) ? paintStanding(text) : text;
  return renderAnswer(format, { text: painted, document: standing }).trimEnd();
}
