import { parseArgs } from 'node:util';

/** What the program is to do. */
export type Command =
  | { readonly name: 'serve' }
  | { readonly name: 'help' }
  | { readonly name: 'migrate'; readonly downTo: string | null }
  | { readonly name: 'backup'; readonly file: string }
  | { readonly name: 'restore'; readonly file: string; readonly isReplacing: boolean };

/** The command line says something unusable. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `weir [command] [options]

Runs Weir's control plane, and looks after its database: the one in WEIR_DATA_DIRECTORY (./data), or the PostgreSQL at
WEIR_DATABASE_URL. Everything else is set by variables of the environment as well.

Commands:
  serve               run the control plane, as start does; what is done without a command
  migrate             bring the schema up to date, as serve does by itself when it starts
  backup <file>       write all that the database holds into a file, while control planes go on using it
  restore <file>      put a backup into an empty database, of either kind; stop all control planes first

Options:
  --down-to <name>    migrate: undo all migrations after that one, and lose what they brought; for maintainers
  --replace           restore: give up what the database holds
  --help              this text
`;

const OPTIONS = {
  'down-to': { type: 'string' },
  replace: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Throws a `UsageError`. */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help === true) return { name: 'help' };
  const [name = 'serve', ...operands] = positionals;
  refuseStrayOption(name, 'down-to', values['down-to'], 'migrate');
  refuseStrayOption(name, 'replace', values.replace, 'restore');
  switch (name) {
    case 'serve':
      noOperand(name, operands);
      return { name };
    case 'migrate':
      noOperand(name, operands);
      return { name, downTo: values['down-to'] ?? null };
    case 'backup':
      return { name, file: theFile(name, operands) };
    case 'restore':
      return { name, file: theFile(name, operands), isReplacing: values.replace === true };
    default:
      throw new UsageError(`there is no command "${name}"`);
  }
}

function parse(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function refuseStrayOption(command: string, option: string, value: unknown, owner: string): void {
  if (value !== undefined && command !== owner)
    throw new UsageError(`--${option} belongs to ${owner}, not to ${command}`);
}

function noOperand(command: string, operands: readonly string[]): void {
  if (operands.length > 0) throw new UsageError(`${command} takes no "${operands.join(' ')}"`);
}

function theFile(command: string, operands: readonly string[]): string {
  const [file, ...others] = operands;
  if (file === undefined || others.length > 0) throw new UsageError(`${command} takes the name of one file`);
  return file;
}
