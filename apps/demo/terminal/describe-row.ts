import type { Phase } from '../experiment/phase.js';
import { type Row, shareMoves } from '../experiment/row.js';

const PHASES: Readonly<Record<Phase, string>> = {
  idle: 'no load yet',
  'draw-down': 'near is overloaded and relieved, up to 25 points a cycle',
  hold: 'near is held at its capacity',
  outage: 'near is down',
  refill: 'near is back and filled, up to 2 points a cycle',
};

export function describePhase(phase: Phase): string {
  return PHASES[phase];
}

/** The decision worth telling: of the edge whose shares moved most. */
export function describeDecision(row: Row, before: Row | null): string {
  const moves = before === null ? [] : shareMoves(before, row).map((move) => Math.abs(move));
  const largest = Math.max(0, ...moves);
  const teller = row.edges[Math.max(0, moves.indexOf(largest))];
  return teller === undefined ? 'none yet' : `${teller.edge}: ${teller.explanation}`;
}

export function formatRate(perSecond: number): string {
  return `${perSecond.toFixed(0)}/s`;
}

export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export function formatLatency(latencyMs: number | null): string {
  return latencyMs === null ? '-' : `${latencyMs.toFixed(latencyMs < 10 ? 1 : 0)} ms`;
}
