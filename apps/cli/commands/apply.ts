import { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { UsageError } from '../failure.js';
import { changesDocument } from '../manifests/changes-document.js';
import type { Change } from '../manifests/plan-apply.js';
import { previewApply } from '../manifests/preview-apply.js';
import { readSources } from '../manifests/read-sources.js';
import type { ResourceApi } from '../manifests/resource-api.js';
import { answer } from '../output/answer.js';
import { confirm, isColoured, isInteractive, say, type Terminal } from '../output/terminal.js';
import { openSession } from '../session.js';
import { collect } from './get.js';
import type { Surroundings } from './surroundings.js';

interface ApplyOptions {
  readonly filename: readonly string[];
  readonly yes?: boolean;
  readonly prune?: boolean;
  readonly label: readonly string[];
  readonly dryRun?: boolean;
}

export function applyCommand({ terminal, exitWith }: Surroundings): Command {
  return new Command('apply')
    .description('make things as files declare them; shows the difference and asks first')
    .requiredOption('-f, --filename <path>', 'a YAML or JSON file, a directory, or - for standard input', collect, [])
    .option('-y, --yes', 'do not ask')
    .option('--prune', 'delete what exists and is not in the files')
    .option('-l, --label <key[=value]>', 'with --prune: only what has this label; may be repeated', collect, [])
    .option('--dry-run', 'show the difference and change nothing')
    .action(async (options: ApplyOptions, command: Command) => {
      refuseUnanswerable(options, terminal);
      const { filename, prune = false, label, dryRun = false } = options;
      // What judges files and compares texts is large, and hardly another command needs it.
      const { readManifests } = await import('../manifests/manifest.js');
      const { renderChanges } = await import('../manifests/render-diff.js');
      const manifests = readManifests(await readSources(filename, terminal.input));
      const { resources, format } = await openSession(command, terminal);
      const changes = await previewApply(resources, manifests, { isPruning: prune, labels: label });
      // A program gets the changes as a document; what a person is told and asked goes past it.
      const told = format === 'table' ? terminal : { ...terminal, output: terminal.errors };
      const text = changes.length === 0 ? 'Everything is as declared.' : renderChanges(changes, isColoured(terminal));
      answer({ terminal, format }, { text, document: changesDocument(changes) });
      if (changes.length === 0) return;
      if (dryRun) exitWith(EXIT.different);
      else if (await isAgreed(options, changes, told)) await carryOutAll(resources, changes, told);
      else say(told, 'Nothing was changed.');
    });
}

function refuseUnanswerable({ yes = false, dryRun = false, filename }: ApplyOptions, terminal: Terminal): void {
  if (yes || dryRun) return;
  if (filename.includes('-'))
    throw new UsageError('standard input is the manifest, so nobody can be asked; add --yes or --dry-run');
  if (!isInteractive(terminal)) throw new UsageError('nobody is there to be asked; add --yes or --dry-run');
}

async function isAgreed(
  { yes = false }: ApplyOptions,
  changes: readonly Change[],
  terminal: Terminal,
): Promise<boolean> {
  const what = changes.length === 1 ? 'this change' : `these ${changes.length} changes`;
  return yes || (await confirm(terminal, `Apply ${what}?`));
}

/** Stops at the first that fails; what was said to be done is done. */
async function carryOutAll(resources: ResourceApi, changes: readonly Change[], terminal: Terminal): Promise<void> {
  for (const change of changes) {
    await carryOut(resources, change);
    say(terminal, `${change.kind} ${change.name}: ${DONE[change.step]}`);
  }
}

const DONE = { create: 'created', update: 'changed', delete: 'deleted' } as const;

/** Only if it is still what was shown. */
async function carryOut(resources: ResourceApi, change: Change): Promise<void> {
  const { kind, name } = change;
  if (change.step === 'delete') await resources.remove(kind, name, { entityTag: change.entityTag ?? undefined });
  else {
    const entityTag = change.step === 'create' ? null : (change.entityTag ?? undefined);
    await resources.put(kind, name, change.manifest.body, { entityTag });
  }
}
