import type { EdgeConfiguration } from '#contracts/edge-configuration.js';

/** One anycast address, with what is known about serving on it. */
export interface AddressState {
  readonly address: string;
  /** Every service on it exists in the data plane. */
  readonly isServed: boolean;
  /** Every load balancer on it has an endpoint that is up; `null` while the probes cannot tell. */
  readonly isHealthy: boolean | null;
}

export interface AnnouncementSituation {
  readonly edgeState: EdgeConfiguration['state'];
  readonly addresses: readonly AddressState[];
  /** Announced at this moment, also by an earlier process. */
  readonly announced: ReadonlySet<string>;
  /** When an address was last found unhealthy, in monotonic milliseconds. */
  readonly unhealthyAtMs: ReadonlyMap<string, number>;
  readonly nowMs: number;
  /** How long an address must have been healthy after it was not. */
  readonly holdMs: number;
}

export interface AnnouncementPlan {
  readonly announce: readonly string[];
  /** Not announced although the edge is to serve them, because nothing healthy is behind them here. */
  readonly unhealthy: readonly string[];
  /** For the next plan. */
  readonly unhealthyAtMs: ReadonlyMap<string, number>;
}

/**
 * Which addresses users should reach here:
 *
 * - none, while the edge is draining or disabled;
 * - those that are served and healthy. Where the probes cannot tell yet, it stays as it is: an agent that has just been
 *   started again must not move users;
 * - not one that was unhealthy a moment ago: users moved to another edge and back with every flap would lose their
 *   connections each time.
 *
 * An edge that reaches nothing behind an address leaves its users to the other edges. Its data plane fails open all the
 * same, for those who come nevertheless. Whether another edge is left to take them, no edge can know.
 */
export function planAnnouncement(situation: AnnouncementSituation): AnnouncementPlan {
  const { edgeState, addresses, nowMs } = situation;
  const unhealthyAtMs = new Map(
    addresses.flatMap(({ address, isHealthy }) => {
      const atMs = isHealthy === false ? nowMs : situation.unhealthyAtMs.get(address);
      return atMs === undefined ? [] : [[address, atMs] as const];
    }),
  );
  const isWanted = (state: AddressState) =>
    edgeState === 'active' && shouldAnnounce(state, { ...situation, unhealthyAtMs });
  return {
    announce: addresses.filter(isWanted).map(({ address }) => address),
    unhealthy: addresses.filter(({ isHealthy }) => isHealthy === false).map(({ address }) => address),
    unhealthyAtMs,
  };
}

function shouldAnnounce(
  { address, isServed, isHealthy }: AddressState,
  { announced, unhealthyAtMs, nowMs, holdMs }: AnnouncementSituation,
): boolean {
  if (!isServed || isHealthy === false) return false;
  if (announced.has(address)) return true;
  return isHealthy === true && nowMs - (unhealthyAtMs.get(address) ?? -Infinity) >= holdMs;
}
