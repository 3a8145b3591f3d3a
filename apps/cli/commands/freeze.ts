import { Command } from 'commander';
import { dataOf } from '#client/weir-client.js';
import { answer } from '../output/answer.js';
import { say } from '../output/terminal.js';
import { openSession } from '../session.js';
import type { Surroundings } from './surroundings.js';

export function freezeCommand(surroundings: Surroundings): Command {
  return toggle(surroundings, true).description(
    'keep all shares as they are, or those of the load balancers named; dead endpoints are still left',
  );
}

export function unfreezeCommand(surroundings: Surroundings): Command {
  return toggle(surroundings, false).description('let shares move again');
}

function toggle({ terminal }: Surroundings, frozen: boolean): Command {
  return new Command(frozen ? 'freeze' : 'unfreeze')
    .argument('[load-balancers...]')
    .action(async (names: readonly string[], _: unknown, command: Command) => {
      const session = await openSession(command, terminal);
      const { client, resources } = session;
      if (names.length === 0) {
        const body = { mode: frozen ? 'frozen' : 'running' } as const;
        const headers = { 'content-type': 'application/merge-patch+json' };
        const scheduler = await dataOf(client.PATCH('/v1/scheduler', { body, headers }));
        answer(session, { text: `the scheduler is ${scheduler.mode}`, document: scheduler });
        return;
      }
      const items: object[] = [];
      for (const name of names) {
        items.push({ kind: 'LoadBalancer', ...(await resources.patch('LoadBalancer', name, { policy: { frozen } })) });
        if (session.format === 'table') say(terminal, `load balancer ${name}: ${frozen ? 'frozen' : 'moves again'}`);
      }
      if (session.format !== 'table') answer(session, { text: '', document: { items } });
    });
}
