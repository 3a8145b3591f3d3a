import { structuredPatch } from 'diff';
import type { JSX } from 'preact';

interface DifferenceProps {
  readonly before: string;
  readonly after: string;
}

/** Lines that stay, around those that do not. */
const CONTEXT_LINES = 3;

const MARKS: Readonly<Record<string, { readonly kind: string; readonly sign: string }>> = {
  '+': { kind: 'added', sign: '+' },
  '-': { kind: 'removed', sign: '−' },
};

/** Line by line what would change. */
export function Difference({ before, after }: DifferenceProps): JSX.Element {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: CONTEXT_LINES });
  if (hunks.length === 0) return <p class="quiet">Nothing would change.</p>;
  return (
    <pre class="diff" tabIndex={0} aria-label="What would change">
      {hunks.flatMap(({ lines, newStart }, place) => [
        ...(place === 0 ? [] : [<span key={newStart}>⋯</span>]),
        ...lines.map((line, index) => <Line key={`${newStart} ${index}`} line={line} />),
      ])}
    </pre>
  );
}

function Line({ line }: { readonly line: string }): JSX.Element {
  const { kind, sign } = MARKS[line.charAt(0)] ?? { kind: '', sign: ' ' };
  return <span class={kind}>{`${sign} ${line.slice(1)}`}</span>;
}
