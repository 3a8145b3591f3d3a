import fc from 'fast-check';
import type { Json } from './api-document.js';

const DEEP = 20_000;
const LONG = 70_000;

/** Text that programs stumble over. */
export const ODD_TEXT: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\u202e',
    '\ufeff',
    '\ud800',
    '🧭',
    'ǆ',
    'İ',
    '../..',
    '%00',
    '%zz',
    "' OR 1=1 --",
    '${x}',
  ),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'null', 'NaN', '1e400', '-0', '0x10', '01'),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.integer({ min: 64, max: LONG }).map((length) => 'x'.repeat(length)),
);

const ODD_NUMBER = fc.constantFrom(
  ...[-1, 0, 0.5, 65_535, 65_536, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 63, 1e21, 1e308, -1e308, 5e-324, 1e-7],
);

/** Values of every kind, few of which belong anywhere. */
const ODD_VALUE: fc.Arbitrary<Json> = fc.oneof(
  ODD_TEXT,
  ODD_NUMBER,
  fc.constantFrom<Json>(null, true, false, [], {}, [[]], [null], { '': '' }, { constructor: {} }),
);

/** One thing wrong with a value, at a place that is counted through all its parts. */
const DEFECT = fc.record({
  kind: fc.constantFrom('replace', 'replace', 'remove', 'add', 'repeat'),
  place: fc.nat(200),
  key: ODD_TEXT,
  value: ODD_VALUE,
});

type Defect = typeof DEFECT extends fc.Arbitrary<infer T> ? T : never;

/** The value with one to three defects. Some turn out to be none. */
export function broken(value: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc
    .tuple(value, fc.array(DEFECT, { minLength: 1, maxLength: 3 }))
    .map(([whole, defects]) => defects.reduce(withDefect, whole));
}

function withDefect(whole: Json, defect: Defect): Json {
  const places = placesOf(whole);
  return changedAt(whole, places[defect.place % places.length] ?? [], defect);
}

type Path = readonly (string | number)[];

/** The whole first, then everything in it. */
function placesOf(value: Json): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [[]];
  const entries: readonly (readonly [string | number, Json])[] = isList(value)
    ? value.map((item, index) => [index, item] as const)
    : Object.entries(value);
  return [[], ...entries.flatMap(([key, item]) => placesOf(item).map((path) => [key, ...path]))];
}

function changedAt(value: Json, [first, ...rest]: Path, defect: Defect): Json {
  if (first === undefined) return changed(value, defect);
  const isHere = rest.length === 0 && defect.kind === 'remove';
  if (isList(value)) {
    return value.flatMap((item, index) => (index === first ? (isHere ? [] : [changedAt(item, rest, defect)]) : [item]));
  }
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  return Object.fromEntries(
    entries.flatMap(([key, item]) =>
      key === first ? (isHere ? [] : [[key, changedAt(item, rest, defect)] as const]) : [[key, item] as const],
    ),
  );
}

function changed(value: Json, { kind, key, value: odd }: Defect): Json {
  if (typeof value !== 'object' || value === null || kind === 'replace' || kind === 'remove') return odd;
  if (isList(value)) return kind === 'add' ? [...value, odd] : [...value, ...value];
  return Object.fromEntries([...Object.entries(value), [key, odd]]);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Text that is not the JSON it was, though it looks like it. */
export function garbled(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, fc.nat(), fc.constantFrom(...GARBLERS)).map(([json, at, garble]) => garble(json, at));
}

const GARBLERS: readonly ((json: string, at: number) => string)[] = [
  (json, at) => json.slice(0, at % (json.length + 1)),
  (json) => `${json}}`,
  (json) => `\ufeff${json}`,
  (json) => json.replaceAll('"', "'"),
  (json) => json.replaceAll('null', 'undefined').replaceAll(/\d+/g, 'NaN'),
  (json) => json.replace('{', '{"__proto__":{"admin":true},'),
  (json) => json.replace('{', '{"name":"other","name":"eu",'),
  () => '',
  () => `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`,
  () => `${'{"labels":'.repeat(DEEP)}{}${'}'.repeat(DEEP)}`,
  () => JSON.stringify({ labels: { essay: 'x'.repeat(1_100_000) } }),
];
