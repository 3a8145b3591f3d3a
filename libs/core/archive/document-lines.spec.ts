import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentLines, DocumentReader } from './document-lines.js';

function read(lines: readonly string[]): readonly unknown[] {
  const reader = new DocumentReader();
  for (const line of lines) reader.add(line);
  return reader.documents;
}

/** Objects within objects, and lists of anything. */
const documents = fc.dictionary(
  fc.string(),
  fc.oneof(
    fc.jsonValue({ maxDepth: 3 }).filter((value) => !Array.isArray(value)),
    fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 5 }),
    fc.dictionary(fc.string(), fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 5 }), { maxKeys: 5 }),
  ),
);

describe('document lines', () => {
  it('finds any sequence of documents again, field for field', () => {
    fc.assert(
      fc.property(fc.array(fc.option(documents)), (written) => {
        const asRead = read(written.flatMap((document) => [...documentLines(document)]));
        expect(JSON.stringify(asRead)).toBe(JSON.stringify(written));
      }),
    );
  });

  it('empties the lists of a document, and keeps those within items whole', () => {
    const document = { at: 1, plan: { pairs: [{ shares: [1, 2] }], notices: [] }, names: ['a', 'b'] };
    expect([...documentLines(document)]).toEqual([
      '{"at":1,"plan":{"pairs":[],"notices":[]},"names":[]}',
      '[["plan","pairs"],{"shares":[1,2]}]',
      '[["names"],"a","b"]',
    ]);
  });

  it('cuts a long list into lines that are read in a few milliseconds', () => {
    const items = Array.from({ length: 2_000 }, (_, index) => ({ index, text: 'x'.repeat(500) }));
    const lines = [...documentLines({ items })];
    expect(lines.length).toBeGreaterThan(4);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(270_000);
    expect(read(lines)).toEqual([{ items }]);
  });

  it('reads a line with more items than a call takes arguments', () => {
    const numbers = Array.from({ length: 130_000 }, () => 0);
    expect(read([...documentLines({ numbers })])).toEqual([{ numbers }]);
  });

  it.each([
    ['a cut line', '{"pairs":'],
    ['items before any document', '[["pairs"],1]'],
  ])('refuses %s', (_name, line) => {
    expect(() => {
      new DocumentReader().add(line);
    }).toThrow(SyntaxError);
  });
});
