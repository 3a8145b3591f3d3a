import { readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { CycleInput } from '#core/decide.js';
import type { Plan } from '#core/plan/plan.js';
import { dataOf } from '#client/weir-client.js';
import { EXIT } from '../exit-codes.js';
import { UsageError } from '../failure.js';
import { answer } from '../output/answer.js';
import { formatOf, openSession } from '../session.js';
import type { Surroundings } from './surroundings.js';

/** A cycle as \`GET /v1/scheduler/cycles/{id}\` answers it. */
interface StoredCycle {
  readonly id: number;
  readonly input: unknown;
  readonly plan: unknown;
}

interface ReplayOptions {
  readonly save?: string;
  readonly chart?: string;
}

/** So many are asked for, one by one. */
const MOST_CYCLES = 240;

export function replayCommand({ terminal, exitWith }: Surroundings): Command {
  return new Command('replay')
    .description('decide cycles again on this machine, from what they were decided from, and compare')
    .argument(
      '<cycle>',
      'its number, the first and the last of several (412-420), or a file with what the API answered',
    )
    .option('--save <file>', 'keep the one cycle in a file, to be replayed elsewhere')
    .option('--chart <file>', 'draw loads against capacities, and shares, as .svg or .png')
    .action(async (which: string, { save, chart }: ReplayOptions, command: Command) => {
      const cycles = await readCycles(which, command, { terminal, exitWith });
      const [only, ...others] = cycles;
      if (save !== undefined) {
        if (others.length > 0) throw new UsageError('--save keeps one cycle; name one');
        await writeFile(save, `${JSON.stringify(only)}\n`);
      }
      // The decision and its solvers are large, and no other command needs them.
      const { drawReplays, replayStored } = await import('../simulate/replay-stored.js');
      const replays = cycles.map((cycle) => ({ cycle: cycle.id, ...replayStored(storedOf(cycle)) }));
      if (chart !== undefined) await drawReplays(replays, chart);
      const verdicts = replays.map(({ cycle, isIdentical, differences }) => ({ cycle, isIdentical, differences }));
      answer(
        { terminal, format: formatOf(command) },
        { text: verdicts.map(inWords).join('\n'), document: others.length === 0 ? verdicts[0] : verdicts },
      );
      if (!verdicts.every(({ isIdentical }) => isIdentical)) exitWith(EXIT.different);
    });
}

interface Verdict {
  readonly cycle: number;
  readonly isIdentical: boolean;
  readonly differences: readonly string[];
}

function inWords({ cycle, isIdentical, differences }: Verdict): string {
  if (isIdentical) return `Cycle ${cycle}: the same plan, byte for byte.`;
  return [`Cycle ${cycle}: another plan.`, ...differences].join('\n  ');
}

/** The control plane wrote both as they are; a stored cycle of another version shows as differences. */
function storedOf({ id, input, plan }: StoredCycle): { readonly input: CycleInput; readonly plan: Plan | null } {
  if (input === null) throw new UsageError(`cycle ${id} was too large to be kept with its input`);
  return { input: input as CycleInput, plan: plan as Plan | null };
}

async function readCycles(
  which: string,
  command: Command,
  surroundings: Surroundings,
): Promise<readonly StoredCycle[]> {
  const range = /^(\d+)(?:-(\d+))?$/.exec(which);
  if (range === null) return [await readCycle(which)];
  const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
  if (last < first || last - first >= MOST_CYCLES)
    throw new UsageError(`${which} must be at most ${MOST_CYCLES} cycles, the first one first`);
  const cycles: StoredCycle[] = [];
  for (let id = first; id <= last; id += 1) cycles.push(await fetchCycle(id, command, surroundings));
  return cycles;
}

async function fetchCycle(id: number, command: Command, { terminal }: Surroundings): Promise<StoredCycle> {
  const { client } = await openSession(command, terminal);
  return dataOf(client.GET('/v1/scheduler/cycles/{id}', { params: { path: { id } } }));
}

async function readCycle(path: string): Promise<StoredCycle> {
  try {
    const document: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (isStoredCycle(document)) return document;
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new UsageError(`${path} is no cycle; save one with \`weirctl replay <number> --save ${path}\``);
}

function isStoredCycle(document: unknown): document is StoredCycle {
  return typeof document === 'object' && document !== null && ['id', 'input', 'plan'].every((key) => key in document);
}
