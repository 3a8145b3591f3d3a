import { diffLines } from 'diff';
import type { JSX } from 'preact';

interface DifferenceProps {
  readonly before: string;
  readonly after: string;
}

/** Line by line what would change. */
export function Difference({ before, after }: DifferenceProps): JSX.Element {
  const parts = diffLines(before, after);
  if (!parts.some(({ added, removed }) => added || removed)) return <p class="quiet">Nothing would change.</p>;
  return (
    <pre class="diff" tabIndex={0} aria-label="What would change">
      {parts.flatMap(({ value, added, removed }, place) =>
        value
          .trimEnd()
          .split('\n')
          .map((line, index) => (
            <span key={`${place} ${index}`} class={added ? 'added' : removed ? 'removed' : ''}>
              {added ? '+ ' : removed ? '− ' : '  '}
              {line}
            </span>
          )),
      )}
    </pre>
  );
}
