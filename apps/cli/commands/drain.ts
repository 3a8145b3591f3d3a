import { Command, InvalidArgumentError } from 'commander';
import { dataOf } from '#client/weir-client.js';
import { edgeProgress, originProgress } from '../drain/drain-progress.js';
import { type DrainFollowing, followDrain } from '../drain/follow-drain.js';
import { UsageError } from '../failure.js';
import { type Kind, kindNamed } from '../manifests/kind.js';
import { answer } from '../output/answer.js';
import { openSession, type Session } from '../session.js';
import type { Surroundings } from './surroundings.js';

interface DrainOptions {
  readonly wait: boolean;
  readonly timeout?: number;
}

export function drainCommand({ terminal }: Surroundings): Command {
  return withTarget('drain')
    .description('take an origin or an edge out of use gently; follows it to its last connection')
    .option('--no-wait', 'do not follow it')
    .option('--timeout <seconds>', 'fail when it takes longer; it goes on draining', secondsOf)
    .action(async (word: string, name: string, { wait, timeout }: DrainOptions, command: Command) => {
      const session = await openSession(command, terminal);
      const kind = await setState(session, word, name, 'draining');
      if (wait) await followDrain(following(session, kind, name, timeout ?? null));
    });
}

export function undrainCommand({ terminal }: Surroundings): Command {
  return withTarget('undrain')
    .description('put an origin or an edge back into use')
    .action(async (word: string, name: string, _: unknown, command: Command) => {
      await setState(await openSession(command, terminal), word, name, 'active');
    });
}

function withTarget(command: string): Command {
  return new Command(command).argument('<kind>', 'origin or edge').argument('<name>');
}

async function setState(session: Session, word: string, name: string, state: 'draining' | 'active'): Promise<Served> {
  const kind = kindNamed(word);
  if (kind === 'LoadBalancer') throw new UsageError('origins and edges drain; a load balancer is deleted');
  const resource = await session.resources.patch(kind, name, { state });
  answer(session, { text: `${kind} ${name} is ${state}`, document: { kind, ...resource } });
  return kind;
}

type Served = Exclude<Kind, 'LoadBalancer'>;

function following(
  { client, terminal, format }: Session,
  kind: Served,
  name: string,
  timeoutSeconds: number | null,
): DrainFollowing {
  const path = { params: { path: { name } } };
  // The answer stands alone on standard output where a program reads it.
  const shown = format === 'table' ? terminal : { ...terminal, output: terminal.errors };
  const shared = { what: name, timeoutSeconds, terminal: shown };
  if (kind === 'Origin')
    return { ...shared, look: async () => originProgress(await dataOf(client.GET('/v1/origins/{name}/status', path))) };
  return {
    ...shared,
    look: async (seconds) => edgeProgress(await dataOf(client.GET('/v1/edges/{name}/status', path)), seconds),
  };
}

function secondsOf(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('it must be a whole number of seconds from 1');
  return Number(text);
}
