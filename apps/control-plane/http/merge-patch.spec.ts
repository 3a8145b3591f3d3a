import { describe, expect, it } from 'vitest';
import { mergePatch } from './merge-patch.js';

describe('mergePatch', () => {
  /** RFC 7396, appendix A: original, patch, result. */
  it.each<[unknown, unknown, unknown]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j patched by %j is %j', (original, patch, result) => {
    expect(mergePatch(original, patch)).toEqual(result);
  });

  it('changes neither argument', () => {
    const original = { a: { b: 1 } };
    const patch = { a: { c: 2 } };
    mergePatch(original, patch);
    expect([original, patch]).toEqual([{ a: { b: 1 } }, { a: { c: 2 } }]);
  });

  it('keeps zero, false and the empty string', () => {
    expect(mergePatch({ a: 1, b: true, c: 'x' }, { a: 0, b: false, c: '' })).toEqual({ a: 0, b: false, c: '' });
  });

  it.each(['{"__proto__":{"polluted":true}}', '{"a":{"__proto__":{"polluted":true}}}'])(
    'takes %s for an ordinary key',
    (text) => {
      const merged = mergePatch({ a: {} }, JSON.parse(text)) as Record<string, unknown>;
      expect(JSON.parse(JSON.stringify(merged))).toEqual({ a: {}, ...(JSON.parse(text) as object) });
      expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      expect(merged['polluted']).toBeUndefined();
    },
  );

  it('takes what is nested deeper than any resource as it is', () => {
    const depth = 50_000;
    const deep: unknown = JSON.parse('{"labels":'.repeat(depth) + 'null' + '}'.repeat(depth));
    expect(mergePatch({ labels: { team: 'web' } }, deep)).toHaveProperty('labels.labels.labels');
  });
});
