/** Figures as people read them. */

const UNKNOWN = '–';

/** Connections per second, without the unit; tenths only where they count. */
export function inRate(rate: number | null | undefined): string {
  if (rate === null || rate === undefined || !Number.isFinite(rate)) return UNKNOWN;
  if (Math.abs(rate) >= 10_000) return `${(rate / 1_000).toFixed(1)}k`;
  return Math.abs(rate) < 10 ? String(Number(rate.toFixed(1))) : String(Math.round(rate));
}

/** With the unit. */
export function inMs(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return UNKNOWN;
  return `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`;
}

/** A fraction in percent. */
export function inPercent(fraction: number | null | undefined): string {
  if (fraction === null || fraction === undefined || !Number.isFinite(fraction)) return UNKNOWN;
  const percent = fraction * 100;
  return `${Math.abs(percent) < 10 ? Number(percent.toFixed(1)) : Math.round(percent)} %`;
}

/** How long: `3 s`, `4 min`, `2 h`, `5 d`. */
export function inTime(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return UNKNOWN;
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return seconds < 129_600 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** `1 edge`, `2 edges`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The time of day of an instant, in the reader's own zone. */
export function timeOfDay(at: string | number): string {
  return new Date(at).toLocaleTimeString(undefined, { hour12: false });
}

/** The first letter large: sentences of the API begin with a name or a small letter. */
export function asSentence(text: string, name?: string): string {
  const isName = name !== undefined && text.startsWith(name);
  return isName ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
