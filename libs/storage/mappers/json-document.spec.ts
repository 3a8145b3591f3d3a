import { describe, expect, it } from 'vitest';
import { readDocument, UnreadableDocument } from './json-document.js';

describe('readDocument', () => {
  it('reads JSON', () => {
    expect(readDocument('{"rate":0}', { table: 'resources', key: 'origin/a' })).toEqual({ rate: 0 });
  });

  it.each(['', '{"rate":', 'undefined'])('names table and key of %j', (text) => {
    const read = () => readDocument(text, { table: 'resources', key: 'origin/a' });
    expect(read).toThrow(UnreadableDocument);
    expect(read).toThrow('table "resources", key "origin/a"');
  });
});
