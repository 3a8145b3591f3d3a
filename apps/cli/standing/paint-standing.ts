import { styleText } from 'node:util';

/** Alarms in red, headers bold: what a person looks for first. */
export function paintStanding(view: string): string {
  return view
    .split('\n')
    .map((line) => {
      if (line.startsWith('!')) return styleText('red', line);
      return HEADER.test(line) ? styleText('bold', line) : line;
    })
    .join('\n');
}

const HEADER = /^(ORIGIN|EDGE|LAST DECISIONS)\b/;
