import type { Row } from '../experiment/row.js';
import { DEMAND_PER_SECOND, NEAR_CAPACITY_PER_SECOND } from '../experiment/scenario.js';
import { describeDecision, describePhase, formatLatency, formatRate, formatShare } from './describe-row.js';

export type Colour = 'near' | 'far' | 'alarm' | 'dim' | 'bold';

/** Gives text a colour, or leaves it alone where there are none. */
export type Paint = (colour: Colour, text: string) => string;

export interface PanelState {
  readonly rows: readonly Row[];
  readonly cycles: number;
}

const BAR_WIDTH = 40;
const LABEL_WIDTH = 8;

/** The state of the run on one small screen. */
export function renderPanel({ rows, cycles }: PanelState, paint: Paint): string {
  const row = rows.at(-1);
  if (row === undefined) return paint('dim', 'waiting for the first cycle');
  const failed = rows.reduce((sum, { failedConnections }) => sum + failedConnections, 0);
  return [
    `${paint('bold', `cycle ${row.cycle} of ${cycles}`)}  ${describePhase(row.phase)}`,
    '',
    `${label('demand')}${loadBar(row.demandPerSecond, 'bold', paint)}  ${formatRate(row.demandPerSecond)}`,
    `${label('near')}${nearBar(row, paint)}  ${describeNear(row, paint)}`,
    `${label('far')}${loadBar(row.farPerSecond, 'far', paint)}  ${formatRate(row.farPerSecond)}`,
    '',
    ...row.edges.map(
      ({ edge, nearShare }) => `${label(edge)}${shareBar(nearShare, paint)}  ${describeShares(nearShare)}`,
    ),
    '',
    `latency p50 ${formatLatency(row.latencyP50Ms)}, p99 ${formatLatency(row.latencyP99Ms)}; failed connections ${failed}`,
    `decided ${describeDecision(row, rows.at(-2) ?? null)}`,
    '',
    paint('dim', `k ${row.isNearUp ? 'kills the near origin' : 'brings the near origin back'}, q ends the run`),
  ].join('\n');
}

function label(text: string): string {
  return text.padEnd(LABEL_WIDTH);
}

function loadBar(perSecond: number, colour: Colour, paint: Paint): string {
  const cells = cellsOf(perSecond / DEMAND_PER_SECOND);
  return paint(colour, '█'.repeat(cells)) + paint('dim', '░'.repeat(BAR_WIDTH - cells));
}

/** What is above the capacity stands out. */
function nearBar({ nearPerSecond }: Row, paint: Paint): string {
  const capacityCells = cellsOf(NEAR_CAPACITY_PER_SECOND / DEMAND_PER_SECOND);
  const overCells = BAR_WIDTH - capacityCells - 1;
  const cells = cellsOf(nearPerSecond / DEMAND_PER_SECOND);
  const within = Math.min(cells, capacityCells);
  const over = Math.min(cells - within, overCells);
  return [
    paint('near', '█'.repeat(within)) + paint('dim', '░'.repeat(capacityCells - within)),
    paint('alarm', '█'.repeat(over)) + paint('dim', '░'.repeat(overCells - over)),
  ].join('│');
}

function describeNear({ nearPerSecond, isNearUp }: Row, paint: Paint): string {
  if (!isNearUp) return paint('alarm', 'down');
  const percent = (nearPerSecond / NEAR_CAPACITY_PER_SECOND) * 100;
  return `${formatRate(nearPerSecond)} of ${NEAR_CAPACITY_PER_SECOND}/s, ${percent.toFixed(0)} %`;
}

function shareBar(nearShare: number, paint: Paint): string {
  const cells = cellsOf(nearShare);
  return paint('near', '█'.repeat(cells)) + paint('far', '█'.repeat(BAR_WIDTH - cells));
}

function describeShares(nearShare: number): string {
  return `near ${formatShare(nearShare)}, far ${formatShare(1 - nearShare)}`;
}

function cellsOf(fraction: number): number {
  return Math.round(Math.min(1, Math.max(0, fraction)) * BAR_WIDTH);
}
