import type { EdgeName } from './name.js';
import type { Location, ServingState } from './origin.js';

/** One anycast node that runs an edge agent. */
export interface Edge {
  readonly name: EdgeName;
  /** Point of presence; edges of one site share a catchment. */
  readonly site: string;
  readonly region: string;
  readonly location?: Location | undefined;
  readonly state: ServingState;
  readonly labels: Readonly<Record<string, string>>;
}
