import type { Schemas } from '#client/weir-client.js';

/** How everything stands at one instant: what `top` shows. */
export interface Standing {
  readonly scheduler: Schemas['Scheduler'];
  readonly origins: readonly OriginStanding[];
  readonly edges: readonly EdgeStanding[];
  /** What the last cycle moved, the largest move first. */
  readonly moves: readonly Move[];
  /** Newest first. */
  readonly events: readonly Schemas['Event'][];
}

export interface OriginStanding {
  readonly name: string;
  readonly state: Schemas['Origin']['state'];
  readonly status: Schemas['OriginStatus'];
}

export interface EdgeStanding {
  readonly name: string;
  readonly state: Schemas['Edge']['state'];
  /** Of all load balancers, in connections per second. */
  readonly demand: number;
  readonly status: Schemas['EdgeStatus'];
}

/** Share that the last cycle moved at one edge for one load balancer. */
export interface Move {
  readonly loadBalancer: string;
  readonly edge: string;
  /** Percentage points that changed place. */
  readonly points: number;
  /** Why, and what comes next. */
  readonly explanation: string;
}
