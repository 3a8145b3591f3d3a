import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { buildRow } from '../experiment/row-builder.js';
import { createLiveView } from './live-view.js';

/** A stream that says it is a terminal of 100 by 30, or that it is not. */
function fakeOutput(isTTY: boolean): { output: WriteStream; text: () => string } {
  const stream = new PassThrough().setEncoding('utf8');
  let written = '';
  stream.on('data', (text: string) => (written += text));
  const output = Object.assign(stream, { isTTY, columns: 100, rows: 30, hasColors: () => false });
  return { output: output as unknown as WriteStream, text: () => written };
}

describe('createLiveView', () => {
  it('writes one line a cycle where nobody watches', () => {
    const { output, text } = fakeOutput(false);
    const view = createLiveView(output, 90);
    view.tell('starting');
    view.show([]);
    view.show([buildRow({ cycle: 1 })]);
    view.show([buildRow({ cycle: 1 }), buildRow({ cycle: 2 })]);
    view.end();
    expect(
      text()
        .split('\n')
        .map((line) => line.slice(0, 10)),
    ).toEqual(['starting', 'cycle   1 ', 'cycle   2 ', '']);
  });

  it('repaints one panel in a terminal, and leaves the last', () => {
    const { output, text } = fakeOutput(true);
    const view = createLiveView(output, 90);
    view.show([buildRow({ cycle: 1 })]);
    const first = text();
    view.show([buildRow({ cycle: 1 }), buildRow({ cycle: 2 })]);
    view.end();
    view.tell('done');
    expect(first).toContain('cycle 1 of 90');
    expect(text().slice(first.length)).toContain('\u001b[1A');
    expect(text().slice(first.length)).toMatch(/cycle 2 of 90[^]*q ends the run\n[^]*done\n$/);
  });
});
