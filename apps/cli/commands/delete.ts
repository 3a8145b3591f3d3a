import { Command } from 'commander';
import { UsageError } from '../failure.js';
import { kindNamed } from '../manifests/kind.js';
import { answer } from '../output/answer.js';
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
      const { resources, format } = await openSession(command, terminal);
      if (!yes && !(await confirm(terminal, `Delete ${kind} ${names.join(', ')}?`))) {
        say(terminal, 'Nothing was deleted.');
        return;
      }
      for (const name of names) {
        await resources.remove(kind, name, {});
        if (format === 'table') say(terminal, `${kind} ${name}: deleted`);
      }
      if (format !== 'table')
        answer({ terminal, format }, { text: '', document: { deleted: names.map((name) => ({ kind, name })) } });
    });
}
