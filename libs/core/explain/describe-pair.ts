import type { OriginOutlook, PairPlan, ShareDecision } from '../plan/plan.js';

/** Filled to within this part of its capacity, an origin counts as full. */
const FULL_FROM = 0.98;

/** A share that moved by less does not show in a tenth of a point. */
const VISIBLE_SHIFT = 0.0005;

/** One sentence on why a pair's shares are what they are, for whoever is on call. */
export function describePair(pair: PairPlan, origins: readonly OriginOutlook[]): string {
  const reasons = new Set(pair.shares.map((decision) => decision.reason));
  if (reasons.has('unserved')) return 'no origin is in use; new connections are not served';
  if (reasons.has('fail-open')) return `no origin is healthy from here; spread by capacity: ${describeShares(pair)}`;
  if (reasons.has('initial')) return `first placement: ${describeShares(pair)}`;
  const moves = pair.shares.filter((decision) => Math.abs(shiftOf(decision)) >= VISIBLE_SHIFT);
  if (moves.length > 0) return describeMoves(moves, origins);
  const why = reasons.has('stale') ? 'nothing recent is known' : whyHeld(pair, origins);
  return `held at ${describeShares(pair)}: ${why}`;
}

function whyHeld(pair: PairPlan, origins: readonly OriginOutlook[]): string {
  const serving = new Set(pair.shares.filter(({ share }) => share > 0).map(({ origin }) => origin));
  const full = origins.filter((origin) => isFull(origin) && serving.has(origin.origin));
  return full.length > 0 ? full.map(describeLoad).join(', ') : 'no better place for any share';
}

function describeMoves(moves: readonly ShareDecision[], origins: readonly OriginOutlook[]): string {
  const leaving = moves.filter((decision) => shiftOf(decision) < 0);
  const arriving = moves.filter((decision) => shiftOf(decision) > 0);
  const from = leaving.length > 0 ? names(leaving) : 'an origin taken out';
  const points = arriving.reduce((sum, decision) => sum + shiftOf(decision), 0) * 100;
  return `${points.toFixed(1)} points from ${from} to ${names(arriving)}: ${whyMoved(moves, from, origins)}`;
}

function whyMoved(moves: readonly ShareDecision[], from: string, origins: readonly OriginOutlook[]): string {
  if (moves.some((decision) => decision.reason === 'ineligible')) return `${from} may not serve from here`;
  const leaving = new Set(moves.filter((decision) => shiftOf(decision) < 0).map(({ origin }) => origin));
  const full = origins.filter((origin) => isFull(origin) && leaving.has(origin.origin));
  if (full.length > 0) return full.map(describeLoad).join(', ');
  return `${names(moves.filter((decision) => shiftOf(decision) > 0))} has room and costs less`;
}

function isFull({ capacity, measuredLoad, expectedLoad }: OriginOutlook): boolean {
  return capacity !== null && Math.max(measuredLoad, expectedLoad) >= capacity * FULL_FROM;
}

function describeLoad({ origin, capacity, measuredLoad, expectedLoad }: OriginOutlook): string {
  return `${origin} is full (${Math.round(Math.max(measuredLoad, expectedLoad))} of ${Math.round(capacity ?? 0)}/s)`;
}

function describeShares(pair: PairPlan): string {
  const serving = pair.shares.filter(({ share }) => share > 0);
  return serving.map(({ origin, share }) => `${origin} ${(share * 100).toFixed(1)} %`).join(', ');
}

function shiftOf({ share, previousShare }: ShareDecision): number {
  return previousShare === null ? 0 : share - previousShare;
}

function names(decisions: readonly ShareDecision[]): string {
  return decisions.map(({ origin }) => origin).join(', ');
}
