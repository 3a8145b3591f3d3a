import type { Command, Option } from 'commander';
import { type ValueSource, valuesOfArgument, valuesOfOption } from './value-source.js';

/** What could stand where the cursor is. */
export interface Wish {
  /** What of it is there already. */
  readonly prefix: string;
  readonly candidates: readonly Candidate[];
  /** Where further candidates come from. */
  readonly source: ValueSource;
  /** Where names are asked for, when the line says it. */
  readonly globals: { readonly context?: string; readonly url?: string };
}

export interface Candidate {
  readonly word: string;
  readonly description: string;
}

interface Progress {
  readonly command: Command;
  readonly operands: readonly string[];
  /** Whose value comes next. */
  readonly option: Option | null;
  readonly globals: Wish['globals'];
}

const NOTHING: ValueSource = { type: 'free' };

/** Reads a command line up to the cursor, the word at the cursor last, by what the commands say of themselves. */
export function findWish(program: Command, words: readonly string[]): Wish {
  const start: Progress = { command: program, operands: [], option: null, globals: {} };
  const { command, operands, option, globals } = words.slice(0, -1).reduce(readWord, start);
  const prefix = words.at(-1) ?? '';
  const nothing = { prefix, candidates: [], source: NOTHING, globals };
  if (option !== null) return { ...nothing, source: valuesOfOption(option) ?? NOTHING };
  if (prefix.startsWith('-')) return { ...nothing, candidates: flagCandidates(command) };
  if (command.commands.length > 0) return { ...nothing, candidates: commandCandidates(command) };
  return { ...nothing, source: valuesOfArgument(command, operands) ?? NOTHING };
}

function readWord(progress: Progress, word: string): Progress {
  const { command, operands, option, globals } = progress;
  if (option !== null)
    return { command, operands, option: null, globals: { ...globals, ...globalValue(option, word) } };
  if (word.startsWith('-') && word !== '-') return readFlag(progress, word);
  const inner = command.commands.find((each) => each.name() === word);
  if (inner !== undefined) return { command: inner, operands: [], option: null, globals };
  return { command, operands: [...operands, word], option: null, globals };
}

function readFlag({ command, operands, globals }: Progress, word: string): Progress {
  const [flag = word, value] = word.split('=', 2);
  const found = optionsOf(command).find((each) => each.short === flag || each.long === flag) ?? null;
  if (found === null) return { command, operands, option: null, globals };
  if (value !== undefined)
    return { command, operands, option: null, globals: { ...globals, ...globalValue(found, value) } };
  return { command, operands, option: found.required || found.optional ? found : null, globals };
}

function globalValue({ long }: Option, value: string): Wish['globals'] {
  if (long === '--context') return { context: value };
  return long === '--url' ? { url: value } : {};
}

/** Its own, and those of the commands it belongs to. */
function optionsOf(command: Command): readonly Option[] {
  return [...command.options, ...(command.parent === null ? [] : optionsOf(command.parent))];
}

function flagCandidates(command: Command): readonly Candidate[] {
  const flags = optionsOf(command)
    .filter(({ hidden }) => !hidden)
    .map(({ long, short, description }) => ({ word: long ?? short ?? '', description }));
  return [...flags, { word: '--help', description: 'what there is to say about it' }];
}

function commandCandidates(command: Command): readonly Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ word: each.name(), description: each.description() }));
}
