import type { Score } from '#simulation/metrics/score.js';
import type { ScenarioResult } from '#simulation/run/simulate.js';

interface Column {
  readonly header: string;
  readonly figure: (score: Score) => number | null;
  readonly digits: number;
  /** Of the reference it says nothing: it places everything anew every cycle. */
  readonly isAboutMoves?: boolean;
}

const COLUMNS: readonly Column[] = [
  { header: 'overload s', figure: (score) => score.overloadSeconds, digits: 0 },
  { header: 'avoidable min', figure: (score) => score.avoidableOverloadMinutes, digits: 0 },
  { header: 'excess', figure: (score) => score.excessConnections, digits: 0 },
  { header: 'failed', figure: (score) => score.failedConnections, digits: 0 },
  { header: 'mean ms', figure: (score) => score.meanLatencyMs, digits: 2 },
  { header: 'p99 ms', figure: (score) => score.p99LatencyMs, digits: 0 },
  { header: '× optimum', figure: (score) => score.latencyRatio, digits: 3 },
  { header: 'moves', figure: (score) => score.shareMoves, digits: 0, isAboutMoves: true },
  { header: 'largest', figure: (score) => score.largestMovePoints, digits: 1, isAboutMoves: true },
  { header: 'settled s', figure: (score) => score.settlingSeconds, digits: 0, isAboutMoves: true },
  { header: 'deviation', figure: (score) => score.settledDeviationPoints, digits: 2, isAboutMoves: true },
  { header: 'reversals', figure: (score) => score.settledReversals, digits: 0, isAboutMoves: true },
  { header: 'breaches', figure: (score) => score.contractBreaches, digits: 0, isAboutMoves: true },
];

/** What one score says in each column: its header, and the figure as text. */
function cells(score: Score, isReference: boolean): readonly string[] {
  return COLUMNS.map(({ figure, digits, isAboutMoves = false }) => {
    const value = isReference && isAboutMoves ? null : figure(score);
    return value === null || !Number.isFinite(value) ? '–' : value.toFixed(digits);
  });
}

/** A scenario's policies line by line, the optimum last, aligned; then what the targets say. */
export function renderScenario({ scenario, runs, reference, findings }: ScenarioResult): string {
  const rows = [
    ['', ...COLUMNS.map(({ header }) => header)],
    ...[...runs].map(([name, { score }]) => [name, ...cells(score, false)]),
    ['optimum', ...cells(reference.score, true)],
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => row.map((cell, column) => pad(cell, column, widths[column] ?? 0)).join('  '));
  const verdicts = findings.map(
    ({ claim, measured, isMet }) => `  ${isMet ? 'met   ' : 'MISSED'}  ${claim}: ${measured}`,
  );
  return [`${scenario.name}: ${scenario.title}`, ...lines, ...verdicts, ''].join('\n');
}

function pad(cell: string, column: number, width: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
