import { COLUMNS, ROWS, type Screen, type Span } from './terminal-screen.js';

export interface Frame {
  readonly screen: Screen;
  readonly seconds: number;
}

const FONT_SIZE = 13;
const CHARACTER_WIDTH = 7.8;
const LINE_HEIGHT = 17;
const MARGIN = 16;
const WIDTH = Math.ceil(COLUMNS * CHARACTER_WIDTH + 2 * MARGIN);
const HEIGHT = ROWS * LINE_HEIGHT + 2 * MARGIN;

const BACKGROUND = '#16181d';
const INK = '#d8dee9';
/** Of the terminal's palette, what weirctl uses: red, green, yellow, cyan. */
const COLOURS: Readonly<Record<number, string>> = { 1: '#ff7b72', 2: '#7ee787', 3: '#e3b341', 6: '#76e3ea' };

/**
 * The frames one after the other, without end, as one SVG that needs no script. `still` draws that frame alone: where
 * nothing moves, such as on paper.
 */
export function sessionPicture(frames: readonly Frame[], still: number | null = null): string {
  const shown = still === null ? frames : frames.slice(still, still + 1);
  const total = shown.reduce((sum, { seconds }) => sum + seconds, 0);
  let startSeconds = 0;
  const parts = shown.map(({ screen, seconds }, index) => {
    const name = `f${index}`;
    const style =
      shown.length === 1
        ? ''
        : `@keyframes ${name}{${keyframes(startSeconds / total, (startSeconds + seconds) / total)}}.${name}{animation:${name} ${total}s step-end infinite}`;
    startSeconds += seconds;
    return { style, group: `<g class="${name}">${lines(screen)}</g>` };
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="A session of weirctl">`,
    `<style>text{font:${FONT_SIZE}px 'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:${INK};white-space:pre}${parts.map(({ style }) => style).join('')}</style>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="8" fill="${BACKGROUND}"/>`,
    ...parts.map(({ group }) => group),
    '</svg>\n',
  ].join('\n');
}

/** Visible from one part of the time to another. */
function keyframes(from: number, to: number): string {
  const percent = (part: number): string => `${(100 * part).toFixed(2)}%`;
  const before = from === 0 ? '' : '0%{visibility:hidden}';
  const after = to === 1 ? '' : `${percent(to)}{visibility:hidden}`;
  return `${before}${percent(from)}{visibility:visible}${after}`;
}

function lines(screen: Screen): string {
  return screen
    .map((spans, row) => {
      if (spans.every(({ text }) => text.trim() === '')) return '';
      const y = MARGIN + (row + 1) * LINE_HEIGHT - 4;
      return `<text x="${MARGIN}" y="${y}" xml:space="preserve">${spans.map(drawn).join('')}</text>`;
    })
    .join('');
}

function drawn({ text, colour, isBold }: Span): string {
  const look = [
    ...(colour === null ? [] : [`fill="${COLOURS[colour] ?? INK}"`]),
    ...(isBold ? ['font-weight="bold"'] : []),
  ];
  return look.length === 0 ? escaped(text) : `<tspan ${look.join(' ')}>${escaped(text)}</tspan>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
