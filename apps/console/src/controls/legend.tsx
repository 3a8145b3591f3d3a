import type { JSX } from 'preact';
import type { LegendEntry } from '../format/scales.js';

/** What the colours mean. */
export function Legend({ entries }: { readonly entries: readonly LegendEntry[] }): JSX.Element {
  return (
    <ul class="key">
      {entries.map(({ colour, text }) => (
        <li key={text}>
          <span class="swatch" style={{ background: colour }} />
          {text}
        </li>
      ))}
    </ul>
  );
}
