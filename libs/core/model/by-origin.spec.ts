import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByOrigin } from './by-origin.js';
import { originName } from './name.js';

const names = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 8 });

describe('items by origin', () => {
  it('are those of a map, in whatever order they are and are asked for', () => {
    fc.assert(
      fc.property(names, fc.array(fc.integer({ min: 0, max: 9 })), (kept, asked) => {
        const items = kept.map((name) => ({ origin: originName(`o${name}`) }));
        const map = new Map(items.map((item) => [item.origin, item]));
        const found = new ByOrigin(items);
        for (const name of asked) {
          expect(found.get(originName(`o${name}`))).toBe(map.get(originName(`o${name}`)));
        }
      }),
    );
  });
});
