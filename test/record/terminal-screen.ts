import xterm from '@xterm/headless';

/** A run of characters that look alike. */
export interface Span {
  readonly text: string;
  /** Number in the terminal's palette; `null` for the usual one. */
  readonly colour: number | null;
  readonly isBold: boolean;
}

/** The lines of a screen, each in its runs. */
export type Screen = readonly (readonly Span[])[];

export const COLUMNS = 112;
export const ROWS = 30;

/** What a terminal of that size shows after it was sent the text. */
export async function screenAfter(text: string): Promise<Screen> {
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true, scrollback: 0 });
  await new Promise<void>((resolve) => {
    terminal.write(text, resolve);
  });
  const { active } = terminal.buffer;
  return Array.from({ length: ROWS }, (_, row) => spansOf(active.getLine(active.viewportY + row)));
}

type Line = ReturnType<InstanceType<typeof xterm.Terminal>['buffer']['active']['getLine']>;

function spansOf(line: Line): readonly Span[] {
  const spans: Span[] = [];
  for (let column = 0; column < COLUMNS; column++) {
    const cell = line?.getCell(column);
    if (cell === undefined) continue;
    const look = { colour: cell.isFgPalette() ? cell.getFgColor() : null, isBold: cell.isBold() !== 0 };
    const text = cell.getChars() === '' ? ' ' : cell.getChars();
    const last = spans.at(-1);
    if (last?.colour === look.colour && last.isBold === look.isBold)
      spans[spans.length - 1] = { ...last, text: last.text + text };
    else spans.push({ text, ...look });
  }
  const end = spans.at(-1);
  return end?.colour === null ? [...spans.slice(0, -1), { ...end, text: end.text.trimEnd() }] : spans;
}
