import Table from 'cli-table3';
import { stringify } from 'yaml';

export const FORMATS = ['table', 'json', 'yaml'] as const;

export type Format = (typeof FORMATS)[number];

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'left' | 'right';
}

/** What a command has to say: words or a table for people, a document for programs. */
export interface Answer {
  readonly text: string;
  readonly document: unknown;
}

export function renderAnswer(format: Format, { text, document }: Answer): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(document, null, 2)}\n`;
    case 'yaml':
      return stringify(document, { aliasDuplicateObjects: false });
    case 'table':
      return text;
  }
}

/** The rows for people, or `document` for programs. */
export function render<Row>(
  format: Format,
  { rows, columns, document }: { rows: readonly Row[]; columns: readonly Column<Row>[]; document: unknown },
): string {
  return renderAnswer(format, { text: format === 'table' ? renderTable(rows, columns) : '', document });
}

const NO_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** Aligned columns without lines, as other command lines print them; nothing but the header where there are no rows. */
export function renderTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const table = new Table({
    head: columns.map(({ header }) => header.toUpperCase()),
    colAligns: columns.map(({ align = 'left' }) => align),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => columns.map(({ cell }) => cell(row))));
  const lines = table.toString().split('\n');
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** A table of no more than so many rows, and how many there are besides. */
export function renderFirst<Row>(rows: readonly Row[], columns: readonly Column<Row>[], most: number): string {
  const rest = rows.length - most;
  const table = renderTable(rows.slice(0, most), columns);
  return rest > 0 ? `${table}and ${rest} more; -o json has all\n` : table;
}
