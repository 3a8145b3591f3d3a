import { Command } from 'commander';
import { dataOf } from '#client/weir-client.js';
import { VERSION } from '#version/version.js';
import { answer } from '../output/answer.js';
import { say } from '../output/terminal.js';
import { formatOf, openSession } from '../session.js';
import type { Surroundings } from './surroundings.js';

export function versionCommand({ terminal }: Surroundings): Command {
  return new Command('version')
    .description('the versions of weirctl and of the control plane')
    .option('--client', 'only that of weirctl; asks no control plane')
    .action(async ({ client: isAlone = false }: { readonly client?: boolean }, command: Command) => {
      if (isAlone) {
        answer({ terminal, format: formatOf(command) }, { text: `weirctl ${VERSION}`, document: { client: VERSION } });
        return;
      }
      // In words its own version is told in any case; a program takes both or none.
      if (formatOf(command) === 'table') say(terminal, `weirctl ${VERSION}`);
      const session = await openSession(command, terminal);
      const { version: server } = await dataOf(session.client.GET('/v1/version'));
      const text = `control plane ${server} at ${session.url}`;
      answer(session, { text, document: { client: VERSION, server, url: session.url } });
    });
}
