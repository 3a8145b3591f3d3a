/** Longer values are cut off: a missing pair is told by its place, not by its contents. */
const MOST_CHARACTERS = 80;

/**
 * Where two JSON values differ, in the order of the first: `/pairs/0/demand: 400 became 410`. Fields in another order count
 * as a difference, since the text is another.
 */
export function differencesBetween(before: unknown, now: unknown, pointer = ''): readonly string[] {
  if (Array.isArray(before) && Array.isArray(now)) return differencesInLists(before, now, pointer);
  if (isRecord(before) && isRecord(now)) return differencesInRecords(before, now, pointer);
  return Object.is(before, now) ? [] : [`${pointer || '/'}: ${shown(before)} became ${shown(now)}`];
}

function differencesInLists(before: readonly unknown[], now: readonly unknown[], pointer: string): readonly string[] {
  const length = Math.max(before.length, now.length);
  return Array.from({ length }, (_, index) =>
    differencesBetween(before[index], now[index], `${pointer}/${index}`),
  ).flat();
}

function differencesInRecords(before: object, now: object, pointer: string): readonly string[] {
  const earlier = new Map<string, unknown>(Object.entries(before));
  const later = new Map<string, unknown>(Object.entries(now));
  const differences = [...new Set([...earlier.keys(), ...later.keys()])].flatMap((key) =>
    differencesBetween(earlier.get(key), later.get(key), `${pointer}/${escaped(key)}`),
  );
  const keysNow = [...later.keys()];
  const isReordered = [...earlier.keys()].some((key, index) => key !== keysNow[index]);
  return differences.length === 0 && isReordered ? [`${pointer || '/'}: the fields are in another order`] : differences;
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 6901. */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}
