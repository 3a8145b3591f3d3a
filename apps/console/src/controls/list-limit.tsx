import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

const STEP = 60;

interface Limited<Entry> {
  readonly shown: readonly Entry[];
  /** Where to type, and how to see more. */
  readonly filter: JSX.Element;
  readonly more: JSX.Element | null;
}

/** The entries whose text has what was typed, and of those the first few: a page with thousands of rows is slow for everybody. */
export function useListLimit<Entry>(
  entries: readonly Entry[],
  noun: string,
  textOf: (entry: Entry) => string,
): Limited<Entry> {
  const [typed, setTyped] = useState('');
  const [most, setMost] = useState(STEP);
  const wanted = typed.trim().toLowerCase();
  const found = wanted === '' ? entries : entries.filter((entry) => textOf(entry).toLowerCase().includes(wanted));
  const filter = (
    <input
      type="search"
      placeholder={`Filter ${noun}`}
      aria-label={`Filter ${noun}`}
      value={typed}
      onInput={(event) => {
        setTyped(event.currentTarget.value);
      }}
    />
  );
  const left = found.length - most;
  const more =
    left <= 0 ? null : (
      <button
        type="button"
        class="button plain"
        onClick={() => {
          setMost(most + STEP);
        }}
      >
        Show {Math.min(left, STEP)} more of {left}
      </button>
    );
  return { shown: found.slice(0, most), filter, more };
}
