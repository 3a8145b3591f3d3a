import { describe, expect, it } from 'vitest';
import { LogTail } from './log-tail.js';

describe('LogTail', () => {
  it('joins lines that come in pieces', () => {
    const tail = new LogTail();
    for (const piece of ['fi', 'rst\nsec', 'ond\n', 'unfinished']) tail.append(piece);
    expect(tail.lines).toEqual(['first', 'second', 'unfinished']);
  });

  it('keeps the last lines only', () => {
    const tail = new LogTail();
    tail.append(Array.from({ length: 100 }, (_, index) => `line ${index}\n`).join(''));
    expect(tail.lines).toHaveLength(25);
    expect(tail.lines.at(-1)).toBe('line 99');
  });
});
