/**
 * Whether each of the latest probes of a target failed, in one number, for there are many probes: a bit for each, the newest
 * lowest, 1 where it failed; and a 1 above the oldest, which tells how many there are.
 */
export type LossWindow = number;

/** Losses are told in steps of a twentieth, over 40 s with a probe every 2 s. */
export const LOSS_WINDOW = 20;

export const NO_PROBES: LossWindow = 1;

const FULL = 2 ** LOSS_WINDOW;

/** With one more probe; beyond LOSS_WINDOW the oldest is forgotten. */
export function withProbe(window: LossWindow, succeeded: boolean): LossWindow {
  const longer = 2 * window + (succeeded ? 0 : 1);
  return longer < 2 * FULL ? longer : (longer % FULL) + FULL;
}

/** The part of the latest probes that failed; `null` until one ran. */
export function lossRatioOf(window: LossWindow): number | null {
  if (window === NO_PROBES) return null;
  let failures = -1;
  for (let bits = window; bits > 0; bits >>>= 1) failures += bits & 1;
  return failures / (31 - Math.clz32(window));
}
