/** How figures read in tables. A dash stands for what is not known. */

const UNKNOWN = '–';

export function formatRate(perSecond: number | null): string {
  if (perSecond === null) return UNKNOWN;
  return `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s`;
}

/** Of a part of 1. */
export function formatPercent(part: number | null): string {
  if (part === null) return UNKNOWN;
  const percent = part * 100;
  const isWhole = percent >= 10 || Number.isInteger(percent);
  return `${percent.toFixed(isWhole ? 0 : 1)} %`;
}

export function formatMs(ms: number | null): string {
  return ms === null ? UNKNOWN : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return UNKNOWN;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

/** `[#######···]`, for a part of 1; parts beyond are full. */
export function formatBar(part: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, part)) * width);
  return `[${'#'.repeat(filled)}${'·'.repeat(width - filled)}]`;
}

/** `1 edge`, `2 edges`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
