import type { JSX } from 'preact';
import { inPercent } from '../format/figures.js';
import { loadColour, originColour } from '../format/scales.js';

/** Beyond this much of the capacity the bar is full. */
const SCALE = 1.25;

/** A load against its capacity; the mark is the capacity. */
export function LoadMeter({ utilization }: { readonly utilization: number | null }): JSX.Element {
  const filled = Math.min(1, (utilization ?? 0) / SCALE);
  return (
    <div class="meter" role="img" aria-label={utilization === null ? 'not limited' : `${inPercent(utilization)} used`}>
      <i class="fills" style={{ width: `${filled * 100}%`, background: loadColour(utilization) }} />
      {utilization !== null && <b style={{ left: `${100 / SCALE}%` }} />}
    </div>
  );
}

interface ShareBarProps {
  readonly shares: readonly { readonly origin: string; readonly share: number }[];
  /** In the order of their colours. */
  readonly origins: readonly string[];
}

/** Shares beside each other. */
export function ShareBar({ shares, origins }: ShareBarProps): JSX.Element {
  const told = shares.map(({ origin, share }) => `${origin} ${inPercent(share)}`).join(', ');
  return (
    <div class="stack" role="img" aria-label={told || 'no shares'}>
      {shares.map(({ origin, share }) => (
        <i
          key={origin}
          class="fills"
          title={`${origin} ${inPercent(share)}`}
          style={{ width: `${share * 100}%`, background: originColour(origins.indexOf(origin)) }}
        />
      ))}
    </div>
  );
}
