import { expect, it } from 'vitest';
import { formatBar, formatMs, formatPercent, formatRate, formatSeconds } from './figures.js';
import { render } from './render.js';

const rows = [
  { name: 'eu', load: '3/s' },
  { name: 'us-west', load: '1200/s' },
];
const columns = [
  { header: 'name', cell: ({ name }: (typeof rows)[number]) => name },
  { header: 'load', cell: ({ load }: (typeof rows)[number]) => load, align: 'right' as const },
];

it('prints aligned columns for people', () => {
  expect(render('table', { rows, columns, document: null })).toBe(
    ['NAME       LOAD', 'eu          3/s', 'us-west  1200/s', ''].join('\n'),
  );
});

it('prints the whole document for programs', () => {
  expect(render('json', { rows, columns, document: { items: [1] } })).toBe('{\n  "items": [\n    1\n  ]\n}\n');
  expect(render('yaml', { rows, columns, document: { items: [1] } })).toBe('items:\n  - 1\n');
});

it.each([
  [formatRate(null), '–'],
  [formatRate(0.25), '0.3/s'],
  [formatRate(1234.5), '1235/s'],
  [formatPercent(0.123), '12 %'],
  [formatPercent(0.0123), '1.2 %'],
  [formatPercent(0), '0 %'],
  [formatPercent(null), '–'],
  [formatMs(1.25), '1.3 ms'],
  [formatMs(99.6), '100 ms'],
  [formatSeconds(90), '90 s'],
  [formatSeconds(600), '10 min'],
  [formatSeconds(86_400), '24 h'],
  [formatBar(0.5, 4), '[##··]'],
  [formatBar(1.5, 4), '[####]'],
])('formats %s', (text, expected) => {
  expect(text).toBe(expected);
});
