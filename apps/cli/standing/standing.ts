import type { Schemas } from '#client/weir-client.js';

/** How everything stands at one instant: what `top` shows. */
export interface Standing {
  readonly overview: Schemas['Overview'];
  /** What the last cycles moved, newest first. */
  readonly decisions: Schemas['RecentDecisions']['items'];
  /** Newest first. */
  readonly events: readonly Schemas['Event'][];
  /** Connections left at each draining origin, by its name. */
  readonly connectionsLeft: Readonly<Record<string, number>>;
}
