import { Command } from 'commander';
import { unknownContext } from '../contexts/choose-context.js';
import { ContextFile, contextFilePath } from '../contexts/context-file.js';
import type { Context, Contexts } from '../contexts/context-schema.js';
import { UsageError } from '../failure.js';
import { answer } from '../output/answer.js';
import { type Column, render } from '../output/render.js';
import { say } from '../output/terminal.js';
import { formatOf } from '../session.js';
import type { Surroundings } from './surroundings.js';

interface ContextRow {
  readonly name: string;
  readonly url: string;
  readonly isCurrent: boolean;
}

const COLUMNS: readonly Column<ContextRow>[] = [
  { header: '', cell: ({ isCurrent }) => (isCurrent ? '*' : '') },
  { header: 'name', cell: ({ name }) => name },
  { header: 'url', cell: ({ url }) => url },
];

export function contextCommand({ terminal }: Surroundings): Command {
  const file = new ContextFile(contextFilePath(terminal.environment));
  const command = new Command('context').description('the stored control planes');
  command
    .command('list')
    .description('all of them, without their tokens')
    .action(async (_: unknown, list: Command) => {
      const rows = contextRows(await file.read());
      say(terminal, render(formatOf(list), { rows, columns: COLUMNS, document: rows }));
    });
  command
    .command('use')
    .description('make one the current one')
    .argument('<name>')
    .action(async (name: string, _: unknown, use: Command) => {
      const stored = await file.read();
      const { url } = known(name, stored);
      await file.write({ ...stored, current: name });
      const document = { name, url, isCurrent: true };
      answer({ terminal, format: formatOf(use) }, { text: `"${name}" (${url}) is the current one`, document });
    });
  command
    .command('delete')
    .description('forget one, and its token')
    .argument('<name>')
    .action(async (name: string, _: unknown, forget: Command) => {
      const stored = await file.read();
      const { url } = known(name, stored);
      const contexts = Object.fromEntries(Object.entries(stored.contexts).filter(([each]) => each !== name));
      await file.write({ contexts, ...(stored.current !== name && { current: stored.current }) });
      answer({ terminal, format: formatOf(forget) }, { text: `"${name}" is forgotten`, document: { name, url } });
    });
  return command;
}

function contextRows({ current, contexts }: Contexts): readonly ContextRow[] {
  return Object.entries(contexts).map(([name, { url }]) => ({ name, url, isCurrent: name === current }));
}

function known(name: string, { contexts }: Contexts): Context {
  const context = contexts[name];
  if (context === undefined) throw new UsageError(unknownContext(name, Object.keys(contexts)));
  return context;
}
