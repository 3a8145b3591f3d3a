import { Command } from 'commander';
import { dataOf } from '#client/weir-client.js';
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
      const { client, resources } = await openSession(command, terminal);
      if (names.length === 0) {
        const { mode } = await dataOf(
          client.PATCH('/v1/scheduler', {
            body: { mode: frozen ? 'frozen' : 'running' },
            headers: { 'content-type': 'application/merge-patch+json' },
          }),
        );
        say(terminal, `the scheduler is ${mode}`);
      }
      for (const name of names) {
        await resources.patch('LoadBalancer', name, { policy: { frozen } });
        say(terminal, `load balancer ${name}: ${frozen ? 'frozen' : 'moves again'}`);
      }
    });
}
