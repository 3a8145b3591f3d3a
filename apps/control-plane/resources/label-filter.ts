import { z } from 'zod';

/** What a resource's labels must have; `value` is `null` where any will do. */
export interface LabelSelector {
  readonly key: string;
  readonly value: string | null;
}

/** `label=key=value` or `label=key`, as often as one likes: a resource must fit all of them. */
export const labelsQuerySchema = z
  .preprocess(
    (given) => [given].flat(),
    z.array(z.string().regex(/^[^=]/, 'must be key or key=value')).max(16).transform(toSelectors),
  )
  .prefault([])
  .describe('`key=value`, or `key` for any value; given several times, all must fit');

export function fitsLabels(labels: Readonly<Record<string, string>>, selectors: readonly LabelSelector[]): boolean {
  return selectors.every(({ key, value }) => Object.hasOwn(labels, key) && (value === null || labels[key] === value));
}

function toSelectors(texts: readonly string[]): readonly LabelSelector[] {
  return texts.map((text) => {
    const at = text.indexOf('=');
    return at === -1 ? { key: text, value: null } : { key: text.slice(0, at), value: text.slice(at + 1) };
  });
}
