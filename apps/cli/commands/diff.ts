import { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { previewApply } from '../manifests/preview-apply.js';
import { readSources } from '../manifests/read-sources.js';
import { changesDocument } from '../manifests/changes-document.js';
import { answer } from '../output/answer.js';
import { isColoured } from '../output/terminal.js';
import { openSession } from '../session.js';
import { collect } from './get.js';
import type { Surroundings } from './surroundings.js';

export function diffCommand({ terminal, exitWith }: Surroundings): Command {
  return new Command('diff')
    .description(`show what apply would change; exit code ${EXIT.different} when there is something`)
    .requiredOption('-f, --filename <path>', 'a YAML or JSON file, a directory, or - for standard input', collect, [])
    .action(async ({ filename }: { readonly filename: readonly string[] }, command: Command) => {
      // As in apply: large, and hardly another command needs it.
      const { readManifests } = await import('../manifests/manifest.js');
      const { renderChanges } = await import('../manifests/render-diff.js');
      const manifests = readManifests(await readSources(filename, terminal.input));
      const { resources, format } = await openSession(command, terminal);
      const changes = await previewApply(resources, manifests, { isPruning: false, labels: [] });
      if (changes.length > 0) exitWith(EXIT.different);
      const text = renderChanges(changes, isColoured(terminal));
      if (format !== 'table' || changes.length > 0)
        answer({ terminal, format }, { text, document: changesDocument(changes) });
    });
}
