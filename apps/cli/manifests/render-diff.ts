import { styleText } from 'node:util';
import { structuredPatch } from 'diff';
import { stringify } from 'yaml';
import type { Change } from './plan-apply.js';
import type { Resource } from './resource-api.js';

const CONTEXT_LINES = 3;
const TITLES = { create: 'new', update: 'changed', delete: 'deleted' } as const satisfies Record<
  Change['step'],
  string
>;

/** The changes as a person reads them: a title each, and the lines that differ. */
export function renderChanges(changes: readonly Change[], isColoured: boolean): string {
  return changes.map((change) => renderChange(change, isColoured)).join('\n');
}

function renderChange(change: Change, isColoured: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    isColoured ? styleText(style, text) : text;
  const title = paint('bold', `${change.kind} ${change.name}: ${TITLES[change.step]}`);
  const lines = differences(change).map((line) => {
    if (line.startsWith('+')) return paint('green', line);
    return line.startsWith('-') ? paint('red', line) : line;
  });
  return [title, ...lines.map((line) => `  ${line}`), ''].join('\n');
}

function differences(change: Change): readonly string[] {
  const before = change.step === 'create' ? '' : toYaml(change.before);
  const after = change.step === 'delete' ? '' : toYaml(change.after);
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: CONTEXT_LINES });
  return hunks.flatMap(({ lines }, index) => (index === 0 ? lines : ['…', ...lines]));
}

function toYaml(resource: Resource): string {
  return stringify(resource);
}
