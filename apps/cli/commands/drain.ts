import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { dataOf } from '#client/weir-client.js';
import { UsageError } from '../failure.js';
import { kindNamed } from '../manifests/kind.js';
import { formatBar, formatSeconds } from '../output/figures.js';
import { createProgressLine } from '../output/progress-line.js';
import { say } from '../output/terminal.js';
import { openSession, type Session } from '../session.js';
import type { Surroundings } from './surroundings.js';

const LOOK_EVERY_MS = 1_000;
const BAR_WIDTH = 24;

export function drainCommand(surroundings: Surroundings): Command {
  return withTarget(surroundings, 'drain', 'draining')
    .description('take an origin or an edge out of use gently; follows an origin to its last connection')
    .option('--no-wait', 'do not follow it');
}

export function undrainCommand(surroundings: Surroundings): Command {
  return withTarget(surroundings, 'undrain', 'active').description('put an origin or an edge back into use');
}

function withTarget({ terminal }: Surroundings, name: string, state: 'draining' | 'active'): Command {
  return new Command(name)
    .argument('<kind>', 'origin or edge')
    .argument('<name>')
    .action(async (word: string, target: string, { wait = false }: { wait?: boolean }, command: Command) => {
      const kind = kindNamed(word);
      if (kind === 'LoadBalancer') throw new UsageError('origins and edges drain; a load balancer is deleted');
      const session = await openSession(command, terminal);
      await session.resources.patch(kind, target, { state });
      say(terminal, `${kind} ${target} is ${state}`);
      if (wait && kind === 'Origin') await followOrigin(session, target);
      if (wait && kind === 'Edge')
        say(terminal, 'Its agent withdraws its addresses; `ipvsadm -Ln` there shows what is open.');
    });
}

/** Resolves at the last connection. What is still open at the edges' deadline is cut there, and counts no more. */
async function followOrigin({ client, terminal }: Session, name: string): Promise<void> {
  const line = createProgressLine(terminal);
  let most = 0;
  for (;;) {
    const { drain } = await dataOf(client.GET('/v1/origins/{name}/status', { params: { path: { name } } }));
    const connections = drain?.connections ?? 0;
    most = Math.max(most, connections);
    if (connections === 0) break;
    const secondsLeft = Math.max(...(drain?.edges ?? []).map((edge) => edge.secondsLeft ?? 0));
    const done = 1 - connections / most;
    line.show(`${formatBar(done, BAR_WIDTH)} ${connections} connections left, at most ${formatSeconds(secondsLeft)}`);
    await pause(LOOK_EVERY_MS);
  }
  line.end(`no connection is left at ${name}`);
}
