import { Command, InvalidArgumentError } from 'commander';
import { EXIT } from '../exit-codes.js';
import { answer } from '../output/answer.js';
import { formatOf } from '../session.js';
import { collect } from './get.js';
import type { Surroundings } from './surroundings.js';

interface SimulateOptions {
  readonly policy: readonly string[];
  readonly seed: number;
  readonly out: string;
  readonly list?: boolean;
  readonly json?: boolean;
}

const ENDS = `
Ends with ${EXIT.done} when Weir met every target, ${EXIT.failed} when it missed one.`;

export function simulateCommand({ terminal, exitWith }: Surroundings): Command {
  return new Command('simulate')
    .description('play worlds against the real decision and against what people use today; needs no control plane')
    .argument('[scenarios...]', 'by name; all of them when none is named', [])
    .option('--list', 'print the scenarios there are, and play none')
    .option('--policy <name>', 'as --list names them; may be repeated (all of them)', collect, [])
    .option('--seed <n>', 'of all that is random; the same seed gives the same numbers', seedOf, 1)
    .option('--out <directory>', 'where results.json and charts are written', 'simulation-output')
    .option('--json', 'the same as -o json')
    .addHelpText('after', ENDS)
    .action(async (named: readonly string[], options: SimulateOptions, command: Command) => {
      const format = options.json === true ? 'json' : formatOf(command);
      // The simulator, the solvers and what draws are large, and no other command needs them.
      const { listScenarios, playScenarios } = await import('../simulate/play-scenarios.js');
      if (options.list === true) {
        answer({ terminal, format }, listScenarios());
        return;
      }
      const missed = await playScenarios({ ...options, scenarios: named, format, terminal });
      if (missed.length > 0) exitWith(EXIT.failed);
    });
}

function seedOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('it must be a whole number below 1,000,000,000');
  return Number(text);
}
