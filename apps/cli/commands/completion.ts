import { Argument, Command } from 'commander';
import { createWeirClient } from '#client/weir-client.js';
import { type Candidate, findWish, type Wish } from '../completion/find-wish.js';
import { candidatesOf } from '../completion/candidates.js';
import { completionScript, type Shell, SHELLS } from '../completion/shells.js';
import { ContextFile, contextFilePath } from '../contexts/context-file.js';
import { say, type Terminal } from '../output/terminal.js';
import { locate } from '../session.js';
import type { Surroundings } from './surroundings.js';

/** Whoever presses Tab does not wait longer. */
const PATIENCE_MS = 1_500;

export function completionCommand({ terminal }: Surroundings): Command {
  return new Command('completion')
    .description('print what makes a shell complete commands, options and the names of resources')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText('after', '\nUse it with: source <(weirctl completion bash)')
    .action((shell: Shell) => {
      say(terminal, completionScript(shell));
    });
}

/** What those scripts ask. Nothing that goes wrong may show in the middle of somebody's line. */
export function completeCommand({ terminal }: Surroundings): Command {
  return new Command('complete')
    .description('the words that could stand last')
    .argument('[words...]', 'the line up to the cursor')
    .action(async (words: readonly string[], _: unknown, command: Command) => {
      const wish = findWish(command.parent ?? command, words);
      const further = await lookUp(wish, terminal).catch((): readonly Candidate[] => []);
      const fitting = [...wish.candidates, ...further].filter(
        ({ word }) => word === ':files' || word.startsWith(wish.prefix),
      );
      for (const { word, description } of fitting) say(terminal, `${word}\t${description}`.trimEnd());
    });
}

function lookUp({ source, globals }: Wish, terminal: Terminal): Promise<readonly Candidate[]> {
  return candidatesOf(source, {
    contexts: () => new ContextFile(contextFilePath(terminal.environment)).read(),
    client: async () => createWeirClient({ ...(await locate(globals, terminal)), timeoutMs: PATIENCE_MS }),
  });
}
