import { Command } from 'commander';
import { unknownContext } from '../contexts/choose-context.js';
import { ContextFile, contextFilePath, type Contexts } from '../contexts/context-file.js';
import { UsageError } from '../failure.js';
import { type Column, render } from '../output/render.js';
import { say } from '../output/terminal.js';
import { formatNamed } from '../session.js';
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
      const format = formatNamed(list.optsWithGlobals<{ output?: string }>().output);
      say(terminal, render(format, { rows, columns: COLUMNS, document: rows }));
    });
  command
    .command('use')
    .description('make one the current one')
    .argument('<name>')
    .action(async (name: string) => {
      const contexts = await file.read();
      refuseUnknown(name, contexts);
      await file.write({ ...contexts, current: name });
    });
  command
    .command('delete')
    .description('forget one, and its token')
    .argument('<name>')
    .action(async (name: string) => {
      const stored = await file.read();
      refuseUnknown(name, stored);
      const contexts = Object.fromEntries(Object.entries(stored.contexts).filter(([each]) => each !== name));
      await file.write({ contexts, ...(stored.current !== name && { current: stored.current }) });
    });
  return command;
}

function contextRows({ current, contexts }: Contexts): readonly ContextRow[] {
  return Object.entries(contexts).map(([name, { url }]) => ({ name, url, isCurrent: name === current }));
}

function refuseUnknown(name: string, { contexts }: Contexts): void {
  if (contexts[name] === undefined) throw new UsageError(unknownContext(name, Object.keys(contexts)));
}
