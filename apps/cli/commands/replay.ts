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

export function replayCommand({ terminal, exitWith }: Surroundings): Command {
  return new Command('replay')
    .description('decide a cycle again on this machine, from what it was decided from, and compare')
    .argument('<cycle>', 'its number, or a file with what the API answered for it')
    .option('--save <file>', 'keep the cycle in a file, to be replayed elsewhere')
    .action(async (which: string, { save }: { readonly save?: string }, command: Command) => {
      const cycle = /^\d+$/.test(which)
        ? await fetchCycle(Number(which), command, { terminal, exitWith })
        : await readCycle(which);
      if (save !== undefined) await writeFile(save, `${JSON.stringify(cycle)}\n`);
      if (cycle.input === null) throw new UsageError(`cycle ${cycle.id} was too large to be kept with its input`);
      // The control plane wrote both as they are; a stored cycle of another version shows as differences.
      const stored = { input: cycle.input as CycleInput, plan: cycle.plan as Plan | null };
      // The decision and its solvers are large, and no other command needs them.
      const { replayStored } = await import('../simulate/replay-stored.js');
      const { isIdentical, differences } = replayStored(stored);
      const text = isIdentical
        ? `Cycle ${cycle.id}: the same plan, byte for byte.`
        : [`Cycle ${cycle.id}: another plan.`, ...differences].join('\n  ');
      answer(
        { terminal, format: formatOf(command) },
        { text, document: { cycle: cycle.id, isIdentical, differences } },
      );
      if (!isIdentical) exitWith(EXIT.different);
    });
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
