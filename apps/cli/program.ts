import { Command } from 'commander';
import { VERSION } from '#version/version.js';
import { applyCommand } from './commands/apply.js';
import { completeCommand, completionCommand } from './commands/completion.js';
import { contextCommand } from './commands/context.js';
import { deleteCommand } from './commands/delete.js';
import { describeCommand } from './commands/describe.js';
import { diffCommand } from './commands/diff.js';
import { drainCommand, undrainCommand } from './commands/drain.js';
import { eventsCommand } from './commands/events.js';
import { explainCommand } from './commands/explain.js';
import { freezeCommand, unfreezeCommand } from './commands/freeze.js';
import { getCommand } from './commands/get.js';
import { loginCommand } from './commands/login.js';
import { replayCommand } from './commands/replay.js';
import { simulateCommand } from './commands/simulate.js';
import type { Surroundings } from './commands/surroundings.js';
import { tokenCommand } from './commands/token.js';
import { topCommand } from './commands/top.js';
import { versionCommand } from './commands/version.js';
import { whatIfCommand } from './commands/what-if.js';
import { EXIT } from './exit-codes.js';
import { FORMATS } from './output/render.js';

const EXIT_CODES = `
Exit codes:
  ${EXIT.done}  done                      ${EXIT.denied}  no token, or one whose role is too low
  ${EXIT.failed}  refused or failed         ${EXIT.notFound}  there is no such thing
  ${EXIT.usage}  wrong command line        ${EXIT.conflict}  changed meanwhile, or in use
  ${EXIT.unreachable}  no control plane there    ${EXIT.different}  differences found (diff, apply --dry-run)`;

/** Every command, in the order in which \`--help\` lists them. */
export function createProgram(surroundings: Surroundings): Command {
  const { output, errors } = surroundings.terminal;
  const program = new Command('weirctl')
    .description('Operates Weir, the self-hosted global accelerator')
    .version(VERSION)
    .option('--context <name>', 'a stored control plane other than the current one')
    .option('--url <url>', 'the control plane, without a context (WEIR_URL; its token: WEIR_TOKEN)')
    .option('-o, --output <format>', FORMATS.join(', '))
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(weirctl --help lists the commands)')
    .configureOutput({ writeOut: (text) => output.write(text), writeErr: (text) => errors.write(text) })
    .exitOverride();
  const commands = [
    loginCommand,
    contextCommand,
    getCommand,
    describeCommand,
    topCommand,
    explainCommand,
    applyCommand,
    diffCommand,
    deleteCommand,
    drainCommand,
    undrainCommand,
    freezeCommand,
    unfreezeCommand,
    whatIfCommand,
    eventsCommand,
    tokenCommand,
    simulateCommand,
    replayCommand,
    versionCommand,
    completionCommand,
  ];
  for (const create of commands) program.addCommand(create(surroundings).copyInheritedSettings(program));
  return program.addCommand(completeCommand(surroundings).copyInheritedSettings(program), { hidden: true });
}
