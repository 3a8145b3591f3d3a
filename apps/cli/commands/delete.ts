import { Command } from 'commander';
import { UsageError } from '../failure.js';
import { kindNamed } from '../manifests/kind.js';
import { confirm, isInteractive, say } from '../output/terminal.js';
import { openSession } from '../session.js';
import type { Surroundings } from './surroundings.js';

export function deleteCommand({ terminal }: Surroundings): Command {
  return new Command('delete')
    .description('delete what is named; asks first')
    .argument('<kind>')
    .argument('<names...>')
    .option('-y, --yes', 'do not ask')
    .action(async (word: string, names: readonly string[], { yes = false }: { yes?: boolean }, command: Command) => {
      const kind = kindNamed(word);
      if (!yes && !isInteractive(terminal)) throw new UsageError('nobody is there to be asked; add --yes');
      const { resources } = await openSession(command, terminal);
      if (!yes && !(await confirm(terminal, `Delete ${kind} ${names.join(', ')}?`))) {
        say(terminal, 'Nothing was deleted.');
        return;
      }
      for (const name of names) {
        await resources.remove(kind, name, {});
        say(terminal, `${kind} ${name}: deleted`);
      }
    });
}
