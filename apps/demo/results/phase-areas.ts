import type { LineSeriesOption } from 'echarts/charts';
import { FONT, FONT_SIZE } from '#charts/chart-style.js';
import type { Phase } from '../experiment/phase.js';
import type { Row } from '../experiment/row.js';
import { COLOURS } from './colours.js';

const PHASE_SHADES: Readonly<Record<Phase, string>> = {
  idle: 'transparent',
  'draw-down': 'transparent',
  hold: 'rgba(0, 0, 0, 0.04)',
  outage: 'rgba(213, 94, 0, 0.12)',
  refill: 'transparent',
};

const PHASE_LABELS: Readonly<Record<Phase, string>> = {
  idle: 'idle',
  'draw-down': 'near is drawn down',
  hold: 'near is held at its capacity',
  outage: 'near down',
  refill: 'near is filled again',
};

/** Of the axis: what one letter takes. A label wider than its phase is left out. */
const LETTER_WIDTH = 0.009;

/** The phases of the run as areas behind the lines, with their names where there is room for them. */
export function phaseAreas(
  rows: readonly Row[],
  { isLabelled }: { readonly isLabelled: boolean },
): NonNullable<LineSeriesOption['markArea']> {
  const spans = phaseSpans(rows);
  const endSeconds = spans.at(-1)?.toSeconds ?? 1;
  return {
    silent: true,
    label: { position: 'insideTop', fontFamily: FONT, fontSize: FONT_SIZE, color: COLOURS.limit },
    data: spans.map(({ phase, fromSeconds, toSeconds }) => {
      const label = isLabelled ? PHASE_LABELS[phase] : '';
      const fits = (toSeconds - fromSeconds) / endSeconds >= label.length * LETTER_WIDTH;
      return [
        { name: fits ? label : '', xAxis: fromSeconds, itemStyle: { color: PHASE_SHADES[phase] } },
        { xAxis: toSeconds },
      ];
    }),
  };
}

interface PhaseSpan {
  readonly phase: Phase;
  readonly fromSeconds: number;
  toSeconds: number;
}

/** Each phase from the end of the one before it. */
function phaseSpans(rows: readonly Row[]): readonly PhaseSpan[] {
  const spans: PhaseSpan[] = [];
  for (const { phase, timeSeconds } of rows) {
    const last = spans.at(-1);
    if (last?.phase === phase) last.toSeconds = timeSeconds;
    else spans.push({ phase, fromSeconds: last?.toSeconds ?? 0, toSeconds: timeSeconds });
  }
  return spans;
}
