import type { OriginOutlook, PairPlan, ShareDecision } from '../plan/plan.js';

/** Filled to within this part of its capacity, an origin counts as full. */
const FULL_FROM = 0.98;

/** One sentence on why a pair's shares are what they are, for whoever is on call. */
export function describePair(pair: PairPlan, origins: readonly OriginOutlook[]): string {
  const reasons = new Set(pair.shares.map((decision) => decision.reason));
  if (reasons.has('unserved')) return 'no origin is in use; new connections are not served';
  if (reasons.has('fail-open')) return `no origin is healthy from here; spread by capacity: ${describeShares(pair)}`;
  if (reasons.has('initial')) return `first placement: ${describeShares(pair)}`;
  const moves = pair.shares.filter((decision) => shiftOf(decision) !== 0);
  if (moves.length === 0) return reasons.has('stale') ? 'held: nothing recent is known' : describeHeld(pair, origins);
  return describeMove(moves, origins);
}

function describeHeld(pair: PairPlan, origins: readonly OriginOutlook[]): string {
  const full = origins.filter((origin) => isFull(origin) && shareOf(pair, origin.origin) > 0);
  const why = full.length > 0 ? full.map(describeLoad).join(', ') : 'no better place for any share';
  return `held at ${describeShares(pair)}: ${why}`;
}

function describeMove(moves: readonly ShareDecision[], origins: readonly OriginOutlook[]): string {
  const leaving = moves.filter((decision) => shiftOf(decision) < 0);
  const arriving = moves.filter((decision) => shiftOf(decision) > 0);
  const points = leaving.reduce((sum, decision) => sum - shiftOf(decision), 0);
  const path = `${formatPoints(points)} from ${list(leaving)} to ${list(arriving)}`;
  if (moves.some((decision) => decision.reason === 'ineligible')) {
    return `${path}: ${list(leaving)} may not serve from here`;
  }
  const full = origins.filter(
    (origin) => isFull(origin) && leaving.some((decision) => decision.origin === origin.origin),
  );
  return full.length > 0
    ? `${path}: ${full.map(describeLoad).join(', ')}`
    : `${path}: ${list(arriving)} has room and costs less`;
}

function describeLoad({ origin, capacity, measuredLoad, expectedLoad }: OriginOutlook): string {
  return `${origin} is full (${Math.round(Math.max(measuredLoad, expectedLoad))} of ${Math.round(capacity ?? 0)}/s)`;
}

function isFull({ capacity, measuredLoad, expectedLoad }: OriginOutlook): boolean {
  return capacity !== null && Math.max(measuredLoad, expectedLoad) >= capacity * FULL_FROM;
}

function describeShares(pair: PairPlan): string {
  const serving = pair.shares.filter((decision) => decision.share > 0);
  return serving.map(({ origin, share }) => `${origin} ${(share * 100).toFixed(1)} %`).join(', ');
}

function shareOf(pair: PairPlan, origin: string): number {
  return pair.shares.find((decision) => decision.origin === origin)?.share ?? 0;
}

function shiftOf({ share, previousShare }: ShareDecision): number {
  return previousShare === null ? 0 : share - previousShare;
}

function formatPoints(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} points`;
}

function list(decisions: readonly ShareDecision[]): string {
  return decisions.length === 0 ? 'an origin taken out' : decisions.map((decision) => decision.origin).join(', ');
}
