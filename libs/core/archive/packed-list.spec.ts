import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAMILIAR_KEYS, familiarShape } from './familiar-shapes.js';
import { packList } from './list-packer.js';
import { unpackList } from './list-reader.js';
import { buffersOf } from './packed-list.js';

/** What one thread packs and another reads, its memory handed over. */
function handedOver(values: readonly unknown[]): unknown[] {
  const packed = packList(values);
  return unpackList(structuredClone(packed, { transfer: [...buffersOf(packed)] }));
}

const asJson = (values: readonly unknown[]): string => JSON.stringify(JSON.parse(JSON.stringify(values)));

const field = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null), fc.constant(undefined));
const row = fc.record({ name: fc.string(), figure: fc.double(), rest: field }, { requiredKeys: ['name'] });
const table = fc.array(fc.record({ rows: fc.array(row), rtt: fc.option(row), flag: fc.boolean() }));

describe('packed lists', () => {
  it('are read as what JSON would make of them, for whatever JSON can tell', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        expect(JSON.stringify(handedOver(values))).toBe(asJson(values));
      }),
      { numRuns: 1_000 },
    );
  });

  it('are read as what JSON would make of them, for tables with gaps and odd figures', () => {
    fc.assert(
      fc.property(table, (values) => {
        expect(JSON.stringify(handedOver(values))).toBe(asJson(values));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<{ readonly what: string; readonly values: readonly unknown[] }>([
    { what: 'nothing', values: [] },
    { what: 'what is not finite', values: [NaN, Infinity, -Infinity, -0, 5e-324] },
    { what: 'nothing but null', values: [null, null] },
    { what: 'lists in lists', values: [[], [[1], []], [[2, null]]] },
    { what: 'fields in another order', values: [{ a: 1, b: 2 }, { b: 3, a: 4 }, { a: 5 }] },
    {
      what: 'fields that are undefined',
      values: [
        { a: undefined, b: 1 },
        { a: 2, b: undefined },
      ],
    },
    { what: 'a field that names the prototype', values: [JSON.parse('{"__proto__":1}')] },
    {
      what: 'a hundred kinds of objects',
      values: Array.from({ length: 100 }, (_none, index) => ({ [`f${index}`]: 1 })),
    },
    { what: 'what is mixed', values: [1, 'two', { three: 3 }, [4], null, true, undefined] },
  ])('keep $what', ({ values }) => {
    expect(JSON.stringify(handedOver(values))).toBe(asJson(values));
  });

  it.each(FAMILIAR_KEYS.map((keys) => ({ keys })))('keep objects of $keys as any other', ({ keys }) => {
    const fields = keys.split(',');
    const objects = [0, 1].map((row) => Object.fromEntries(fields.map((key, at) => [key, 10 * row + at])));
    expect(familiarShape(fields)).not.toBeNull();
    expect(JSON.stringify(handedOver([...objects, null, { other: 1 }]))).toBe(asJson([...objects, null, { other: 1 }]));
  });

  it('tell a text once, and figures in one array', () => {
    expect(
      packList([
        { origin: 'us', share: 0.5 },
        { origin: 'us', share: null },
      ]),
    ).toEqual({
      kind: 'objects',
      shapeOf: Int32Array.of(0, 0),
      shapes: [
        {
          keys: ['origin', 'share'],
          columns: [
            { kind: 'texts', indices: Int32Array.of(0, 0), texts: ['us'] },
            { kind: 'numbers', values: Float64Array.of(0.5, NaN) },
          ],
        },
      ],
    });
  });

  it('leave the list of a pair packed until it is read, each time for the reader alone', () => {
    const pair = { loadBalancer: 'shop', edge: 'ams-1', endpoints: [{ origin: 'us', address: '10.0.0.1', weight: 1 }] };
    const [read] = handedOver([pair]) as [typeof pair];
    read.endpoints.pop();
    expect(read).toEqual(pair);
    expect({ ...read }).toEqual(pair);
    expect(structuredClone(read)).toEqual(pair);
    expect(read.endpoints).not.toBe(read.endpoints);
  });

  it('leave what they were made of as it was', () => {
    const values = [{ rows: [{ name: 'a', figure: 1 }] }];
    handedOver(values);
    expect(values).toEqual([{ rows: [{ name: 'a', figure: 1 }] }]);
  });
});
