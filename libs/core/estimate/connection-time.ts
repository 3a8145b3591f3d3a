import type { ConnectionTime } from './estimate.js';

const PACE = 0.2;
const SHORTEST_SECONDS = 1e-3;
const LONGEST_SECONDS = 30 * 86_400;

/** Fewer connections per second say nothing. */
const LEAST_RATE = 0.1;

/** At least this part of what comes is taken to leave, or the first minutes of long connections would seem endless. */
const LEAST_LEAVING = 0.02;

/** Numbers of open connections further apart than this are not compared. */
const MOST_APART_MS = 120_000;

/** What edges together send to one origin for one load balancer, and hold open there. */
export interface Traffic {
  readonly ratePerSecond: number;
  readonly activeConnections: number;
  /** How many edges tell both. */
  readonly edges: number;
}

type MeasuredTime = Omit<ConnectionTime, 'loadBalancer' | 'origin'>;

/**
 * Mean seconds a connection stays open: those open divided by those that leave each second (J. D. C. Little: A proof for the
 * queuing formula L = λW, 1961). As many leave as come, less those by which the number of open ones has grown meanwhile;
 * while a rate changes, dividing by those that come would still tell of the rate before.
 */
export function followConnectionTime(
  known: MeasuredTime | undefined,
  traffic: Traffic | undefined,
  nowMs: number,
): MeasuredTime | undefined {
  if (traffic === undefined || traffic.ratePerSecond < LEAST_RATE) return known;
  const { activeConnections, edges } = traffic;
  const seen = activeConnections / leavingPerSecond(known, traffic, nowMs);
  const seconds = known === undefined ? seen : known.seconds + PACE * (seen - known.seconds);
  return {
    seconds: Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, seconds)),
    activeConnections,
    edges,
    measuredAtMs: nowMs,
  };
}

function leavingPerSecond(
  known: MeasuredTime | undefined,
  { ratePerSecond, activeConnections, edges }: Traffic,
  nowMs: number,
): number {
  const elapsedMs = known === undefined ? 0 : nowMs - known.measuredAtMs;
  const isComparable = known?.edges === edges && elapsedMs > 0 && elapsedMs <= MOST_APART_MS;
  if (!isComparable) return ratePerSecond;
  const growthPerSecond = (activeConnections - known.activeConnections) / (elapsedMs / 1_000);
  return Math.max(LEAST_LEAVING * ratePerSecond, ratePerSecond - growthPerSecond);
}
