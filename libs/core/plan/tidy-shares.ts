/** Shares are told to a millionth; what is finer is the solver's rounding. */
const SHARE_DIGITS = 6;
export const SHARE_EPSILON = 10 ** -SHARE_DIGITS;

const SCALE = 10 ** SHARE_DIGITS;

/** More than rounding can leave is an error of the solver: for the guard to find, not for us to hide. */
const MOST_DUST = 1e-4;

/** Rounds the shares, and gives the largest what rounding left, so that they sum to 1 again. */
export function tidyShares(shares: readonly number[]): readonly number[] {
  const millionths = shares.map((share) => Math.round(Math.max(0, share) * SCALE));
  const sum = millionths.reduce((total, part) => total + part, 0);
  if (!(Math.abs(SCALE - sum) <= MOST_DUST * SCALE)) return millionths.map((part) => part / SCALE);
  const largest = millionths.indexOf(Math.max(...millionths));
  return millionths.map((part, index) => (index === largest ? part + SCALE - sum : part) / SCALE);
}
