import { styleText } from 'node:util';
import type { WriteStream } from 'node:tty';
import { createLogUpdate } from 'log-update';
import type { Row } from '../experiment/row.js';
import { type Colour, type Paint, renderPanel } from './panel.js';
import { renderLine } from './plain-line.js';

/** Shows the run as it goes. */
export interface LiveView {
  /** A sentence that stays. */
  tell(text: string): void;
  show(rows: readonly Row[]): void;
  /** Leaves what is shown last, and the cursor, as a terminal should be left. */
  end(): void;
}

/** One panel that changes in place in a terminal; elsewhere one line a cycle. */
export function createLiveView(output: WriteStream, cycles: number): LiveView {
  return output.isTTY ? panelView(output, cycles) : lineView(output);
}

function lineView(output: NodeJS.WritableStream): LiveView {
  return {
    tell: (text) => output.write(`${text}\n`),
    show: (rows) => {
      const row = rows.at(-1);
      if (row !== undefined) output.write(`${renderLine(row, rows.at(-2) ?? null)}\n`);
    },
    end: () => undefined,
  };
}

function panelView(output: WriteStream, cycles: number): LiveView {
  const update = createLogUpdate(output);
  const paint = output.hasColors() ? paintAnsi : paintNothing;
  return {
    tell: (text) => output.write(`${text}\n`),
    show: (rows) => {
      update(renderPanel({ rows, cycles }, paint));
    },
    end: () => {
      update.done();
    },
  };
}

const FORMATS: Readonly<Record<Colour, Parameters<typeof styleText>[0]>> = {
  near: 'cyan',
  far: 'yellow',
  alarm: 'red',
  dim: 'dim',
  bold: 'bold',
};

const paintAnsi: Paint = (colour, text) => (text === '' ? '' : styleText(FORMATS[colour], text));
const paintNothing: Paint = (_colour, text) => text;
