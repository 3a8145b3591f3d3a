import {
  type CycleInput,
  type CycleState,
  decide,
  type DecideOptions,
  type Decision,
  INITIAL_CYCLE_STATE,
} from '#core/decide.js';
import type { Configuration } from '#core/model/configuration.js';
import type { ServingState } from '#core/model/origin.js';
import type { ShareDecision } from '#core/plan/plan.js';
import type { AssignmentSolver } from '#core/ports/assignment-solver.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '#core/settings.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin } from './model-builders.js';
import { anObservation, type SeenArc, type SeenPair } from './observation-builders.js';

export const EDGES = ['ams-1', 'ams-2'] as const;

/** Two edges, an origin of 200 connections per second 5 ms away, and one without a limit 105 ms away. */
export function founding(nearState: ServingState = 'active', farState: ServingState = 'active'): Configuration {
  return aConfiguration({
    loadBalancers: [aLoadBalancer('shop', ['near', 'far'])],
    origins: [anOrigin('far', { state: farState }), anOrigin('near', { capacity: { rate: 200 }, state: nearState })],
    edges: EDGES.map((edge) => anEdge(edge)),
  });
}

/** Both edges see the same; `demand` and loads are the sums over both. */
export function seen(
  demand: number,
  { near = {}, far = {} }: { readonly near?: SeenArc; readonly far?: SeenArc } = {},
): readonly SeenPair[] {
  const halved = ({ load, ...arc }: SeenArc): SeenArc => ({
    ...arc,
    ...(load !== undefined && { load: load / EDGES.length }),
  });
  const origins = {
    near: { rttMs: 5, isUp: true, ...halved(near) },
    far: { rttMs: 105, isUp: true, ...halved(far) },
  };
  return EDGES.map((edge) => ({ edge, demand: demand / EDGES.length, origins }));
}

interface RehearsedCycle extends DecideOptions {
  readonly by?: AssignmentSolver;
  readonly isUrgent?: boolean;
  /** How busy origins say they are, by name. */
  readonly utilizations?: Readonly<Record<string, number>>;
}

/** A scheduler whose clock moves one cycle per decision. */
export class Rehearsal {
  state: CycleState = INITIAL_CYCLE_STATE;
  #cycle = 0;

  constructor(
    public configuration: Configuration,
    private readonly solver: AssignmentSolver,
  ) {}

  decide(
    seenPairs: readonly SeenPair[],
    { by = this.solver, isUrgent, utilizations, ...options }: RehearsedCycle = {},
  ): Decision {
    const decision = decide(this.nextInput(seenPairs, isUrgent, utilizations), by, options);
    this.state = decision.state;
    return decision;
  }

  nextInput(
    seenPairs: readonly SeenPair[],
    isUrgent = false,
    utilizations: Readonly<Record<string, number>> = {},
  ): CycleInput {
    const observation = anObservation(this.#cycle++ * settings.cycleMs, seenPairs, utilizations);
    return { configuration: this.configuration, observation, previous: this.state, settings, isUrgent };
  }

  /** The same cycle again and again; throws unless each is planned. */
  decideTimes(cycles: number, seenPairs: readonly SeenPair[], cycle: RehearsedCycle = {}): void {
    for (let count = 0; count < cycles; count += 1) {
      const { outcome } = this.decide(seenPairs, cycle);
      if (outcome.kind !== 'planned') throw new Error(`not planned: ${JSON.stringify(outcome)}`);
    }
  }

  /** Cycles of the founding experiment in which origins get what the shares of the cycle before sent there. */
  decideInLoop(cycles: number, demand: number): void {
    for (let count = 0; count < cycles; count += 1) {
      const load = (origin: string): SeenArc => ({ load: demand * this.meanShare(origin) });
      this.decideTimes(1, seen(demand, { near: load('near'), far: load('far') }));
    }
  }

  share(origin: string, edge = 'ams-1', loadBalancer = 'shop'): number | undefined {
    return this.#decided(origin, edge, loadBalancer)?.share;
  }

  /** Of both edges together, which is all that an origin feels. */
  meanShare(origin: string): number {
    return EDGES.reduce((sum, edge) => sum + (this.share(origin, edge) ?? 0), 0) / EDGES.length;
  }

  reason(origin: string, edge = 'ams-1', loadBalancer = 'shop'): string | undefined {
    return this.#decided(origin, edge, loadBalancer)?.reason;
  }

  /** Of every pair: origin and share. */
  shares(): readonly (readonly (readonly [origin: string, share: number])[])[] {
    return (this.state.plan?.pairs ?? []).map((pair) =>
      pair.shares.map(({ origin, share }) => [origin, share] as const),
    );
  }

  #decided(origin: string, edge: string, loadBalancer: string): ShareDecision | undefined {
    const pair = this.state.plan?.pairs.find((plan) => plan.edge === edge && plan.loadBalancer === loadBalancer);
    return pair?.shares.find((decision) => decision.origin === origin);
  }
}
