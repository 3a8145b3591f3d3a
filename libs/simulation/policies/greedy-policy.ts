import type { Configuration } from '#core/model/configuration.js';
import type { OriginName } from '#core/model/name.js';
import { type Observation, pairKey } from '#core/observe/observation.js';
import { pairWeights } from './pair-weights.js';
import type { OriginShare, PairShares, Policy, PolicyCycle, PolicyDecision } from './policy.js';
import { healthyFraction, type PairView, pairViews, trafficAt } from './site-view.js';

/**
 * Spill-over: edge after edge fills its nearest healthy origins up to what is left of their capacity, by the demand last
 * measured. `maxShift` bounds how far a share moves in a cycle, as a fraction; a share leaves a dead origin at once.
 */
export class GreedyPolicy implements Policy {
  readonly hasUrgentCycles = false;
  #shares: ReadonlyMap<string, readonly OriginShare[]> = new Map();

  constructor(private readonly maxShift: number) {}

  decide({ configuration, observation }: PolicyCycle): PolicyDecision {
    const left = capacities(configuration, observation);
    const pairs = pairViews(configuration, observation).map((view): PairShares => {
      const { balancer, edge } = view;
      const before = this.#shares.get(pairKey(balancer.name, edge.name));
      const target = toShares(view, fill(view, left));
      return { loadBalancer: balancer.name, edge: edge.name, shares: this.#move(view, before, target) };
    });
    this.#shares = new Map(pairs.map((pair) => [pairKey(pair.loadBalancer, pair.edge), pair.shares]));
    return { pairs, weights: pairWeights(configuration, pairs), plan: null };
  }

  #move(
    view: PairView,
    before: readonly OriginShare[] | undefined,
    target: readonly OriginShare[],
  ): readonly OriginShare[] {
    if (before === undefined) return target;
    const alive = withoutDead(view, before);
    return view.demand === null ? alive : stepTowards(target, alive, this.maxShift);
  }
}

/** In new connections per second. Where only so many may be open, as many more as the origin's fullness leaves room for. */
function capacities({ origins }: Configuration, observation: Observation): Map<OriginName, number> {
  return new Map(
    origins.map((origin) => {
      const { rate = Infinity, connections } = origin.capacity;
      const { load, open } = trafficAt(origin.name, observation);
      const byOpen = connections === undefined || open === 0 ? Infinity : load * (connections / open);
      return [origin.name, Math.min(rate, byOpen) * healthyFraction(origin, observation)];
    }),
  );
}

/** Takes the pair's demand out of what is `left`; answers how much of it each origin gets. What fits nowhere goes to the nearest. */
function fill({ demand, healthyOrigins }: PairView, left: Map<OriginName, number>): ReadonlyMap<OriginName, number> {
  const flows = new Map<OriginName, number>();
  let rest = demand ?? 0;
  for (const { name } of healthyOrigins) {
    const flow = Math.min(rest, Math.max(0, left.get(name) ?? 0));
    flows.set(name, flow);
    left.set(name, (left.get(name) ?? 0) - flow);
    rest -= flow;
  }
  const [nearest] = healthyOrigins;
  // With no demand at all, a nominal one says where it would go.
  if (nearest !== undefined) flows.set(nearest.name, (flows.get(nearest.name) ?? 0) + rest + 1e-9);
  return flows;
}

function toShares({ balancer }: PairView, flows: ReadonlyMap<OriginName, number>): readonly OriginShare[] {
  const whole = [...flows.values()].reduce((sum, flow) => sum + flow, 0);
  return balancer.origins.map(({ origin }) => ({ origin, share: whole > 0 ? (flows.get(origin) ?? 0) / whole : 0 }));
}

/** What dead origins had goes to the others in proportion; to the nearest when those had nothing. */
function withoutDead({ healthyOrigins }: PairView, shares: readonly OriginShare[]): readonly OriginShare[] {
  const healthy = new Set(healthyOrigins.map(({ name }) => name));
  const kept = shares.reduce((sum, { origin, share }) => sum + (healthy.has(origin) ? share : 0), 0);
  if (healthy.size === 0 || kept >= 1) return shares;
  return shares.map(({ origin, share }) => {
    if (!healthy.has(origin)) return { origin, share: 0 };
    if (kept > 0) return { origin, share: share / kept };
    return { origin, share: origin === healthyOrigins[0]?.name ? 1 : 0 };
  });
}

/** As far towards the target as no share moves further than allowed. */
function stepTowards(
  target: readonly OriginShare[],
  from: readonly OriginShare[],
  maxShift: number,
): readonly OriginShare[] {
  const moves = target.map(({ share }, index) => share - (from[index]?.share ?? 0));
  const largest = Math.max(...moves.map(Math.abs));
  const part = largest > maxShift ? maxShift / largest : 1;
  return from.map(({ origin, share }, index) => ({ origin, share: share + part * (moves[index] ?? 0) }));
}
