import type { EdgeConfiguration, PublicationId } from '#contracts/edge-configuration.js';
import type { Route } from '../configuration/routes.js';
import type { ActualService, SourcePorts } from '../data-plane/data-plane.js';
import type { ProbeTarget } from '../probe/probe-target.js';
import type { Verdict } from '../probe/verdict.js';
import type { Problem } from '../problem.js';
import type { Departure } from './departures.js';
import type { Ledger } from './ledger.js';

/** What the agent knows at one moment: the source of its reports, metrics and status. */
export interface AgentView {
  readonly edge: string;
  readonly dataPlane: 'userspace' | 'ipvs';
  /** The publication whose routes are in force; `null` before the first. */
  readonly applied: PublicationId | null;
  /** Of that publication. */
  readonly edgeState: EdgeConfiguration['state'] | null;
  readonly routes: readonly Route[];
  readonly actual: readonly ActualService[];
  readonly ledger: Ledger;
  readonly verdict: (target: ProbeTarget) => Verdict;
  /** Addresses announced to routers; left out where this edge announces nothing by itself. */
  readonly announced?: readonly string[];
  /** Destinations on their way out. */
  readonly departures: readonly Departure[];
  readonly sourcePorts: SourcePorts;
  readonly problems: readonly Problem[];
}
