/** What `weir` was asked for, and the arguments that the program it becomes is to read. */
export type Choice =
  | { readonly program: 'help' | 'version' }
  | { readonly program: 'control-plane' | 'demo'; readonly args: readonly string[] }
  | { readonly program: 'misuse'; readonly message: string };

export const HELP = `weir [command] [options]

Commands:
  start               run the control plane; what is done without a command
  demo                play the founding experiment on this machine; needs nothing else
  migrate             bring the database's schema up to date, as start does by itself
  backup <file>       write all that the database holds into a file
  restore <file>      put a backup into an empty database
  version             print the version

weir <command> --help tells more of each. Beside it, weirctl operates a control plane from a terminal, and weir-edge
runs on every edge.
`;

const DATABASE_COMMANDS = ['migrate', 'backup', 'restore'];

export function chooseProgram(args: readonly string[]): Choice {
  const [first, ...rest] = args;
  if (first === undefined) return { program: 'control-plane', args: ['serve'] };
  if (['help', '--help', '-h'].includes(first)) return { program: 'help' };
  if (['version', '--version', '-V'].includes(first)) return { program: 'version' };
  if (['start', 'serve'].includes(first)) return { program: 'control-plane', args: ['serve', ...rest] };
  if (first === 'demo') return { program: 'demo', args: rest };
  if (DATABASE_COMMANDS.includes(first)) return { program: 'control-plane', args };
  return { program: 'misuse', message: `there is no command "${first}"` };
}
