import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byName } from './name.js';
import { findNamed, placeOfName } from './named-list.js';

const NAME = fc.stringMatching(/^[a-c0-1-]{1,3}$/);
const ORDERED = fc
  .uniqueArray(NAME)
  .map((names) => names.toSorted((left, right) => byName(left, right)).map((name) => ({ name })));

it('finds in an ordered list what is in it, and nothing else', () => {
  fc.assert(
    fc.property(ORDERED, NAME, (ordered, name) => {
      expect(findNamed(ordered, name)).toBe(ordered.find((one) => one.name === name));
    }),
  );
});

it('tells where a name belongs: behind all that come before it, in front of all others', () => {
  fc.assert(
    fc.property(ORDERED, NAME, (ordered, name) => {
      expect(placeOfName(ordered, name)).toBe(ordered.filter((one) => one.name < name).length);
    }),
  );
});
