/** A share below this does not show in a tenth of a percent. */
const VISIBLE_SHARE = 0.0005;

/** Does a share, or a move of one, show in a sentence? What is not finite does not. */
export function isVisible(share: number): boolean {
  return Number.isFinite(share) && Math.abs(share) >= VISIBLE_SHARE;
}

/** A fraction in percent: `10 %`, `2.5 %`. */
export function inPercent(fraction: number): string {
  return `${tenths(fraction * 100)} %`;
}

/** A move of a share in percentage points: `2 points`, `1 point`. */
export function inPoints(fraction: number): string {
  const points = tenths(fraction * 100);
  return points === '1' ? '1 point' : `${points} points`;
}

/** Connections per second, without the unit; tenths only where they count. */
export function inRate(rate: number): string {
  return coarse(rate);
}

/** Milliseconds with the unit; tenths only where they count. */
export function inMs(ms: number): string {
  return `${coarse(ms)} ms`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** Like `listed`, but names at most `most` of them and counts the rest. */
export function listedUpTo(most: number, words: readonly string[]): string {
  return words.length <= most ? listed(words) : listed([...words.slice(0, most), `${words.length - most} more`]);
}

function coarse(value: number): string {
  if (!Number.isFinite(value)) return 'an unknown number of';
  return Math.abs(value) < 10 ? tenths(value) : String(Math.round(value));
}

function tenths(value: number): string {
  // Adding 0 turns -0 into 0.
  return String(Number(value.toFixed(1)) + 0);
}
