import type { Configuration } from '../model/configuration.js';
import { byName, type OriginName } from '../model/name.js';
import { ByPair } from '../observe/by-pair.js';
import type { Observation } from '../observe/observation.js';
import type { SchedulerSettings } from '../settings.js';
import { estimateOrigin, learnRate } from './capacity.js';
import { followConnectionTime } from './connection-time.js';
import type { ConnectionTime, Estimate, EstimateMemory, LearntRate, OriginEstimate } from './estimate.js';
import { FreshFigures } from './fresh-figures.js';
import { PairEstimator } from './pair-estimator.js';
import { hearEdges, type Hearing } from './silence.js';

/**
 * Weighs an observation against what was known: smooths demand and RTT, marks what is stale, fills what is unknown, and
 * learns capacities and connection times. Pure. `isUrgent`: between two ordinary cycles, when most figures are no news.
 */
export function estimateObservation(
  configuration: Configuration,
  observation: Observation,
  memory: EstimateMemory,
  settings: SchedulerSettings,
  isUrgent: boolean,
): Estimate {
  const figures = new FreshFigures(observation, settings);
  const hearing = hearEdges(configuration, observation, memory, settings);
  const estimator = new PairEstimator(configuration, figures, hearing, settings, isUrgent);
  const known = new ByPair(memory.pairs);
  const estimated = configuration.loadBalancers.flatMap((balancer) =>
    configuration.edges.map((edge) => estimator.estimate(balancer, edge, known.get(balancer.name, edge.name))),
  );
  const { origins, learntRates } = estimateOrigins(
    configuration,
    memory,
    estimator,
    usableUtilizations(observation, figures, hearing, isUrgent),
  );
  const connectionTimes = estimateConnectionTimes(configuration, observation, memory, estimator);
  return {
    takenAtMs: observation.takenAtMs,
    pairs: estimated.map(({ estimate }) => estimate),
    origins,
    connectionTimes,
    silentEdges: hearing.silentEdges,
    isMassSilence: hearing.isMassSilence,
    unusableFigures: figures.unusableFigures,
    unlearntOrigins: configuration.origins
      .filter(
        ({ name, utilization }) => utilization !== undefined && !learntRates.some(({ origin }) => origin === name),
      )
      .map(({ name }) => name),
    memory: {
      edges: hearing.memory,
      pairs: estimated.flatMap((pair) => (pair.memory === null ? [] : [pair.memory])),
      connectionTimes,
      learntRates,
    },
  };
}

/** By origin. What an origin serves is known only while every edge tells. */
function usableUtilizations(
  { utilizations }: Observation,
  figures: FreshFigures,
  { silentEdges }: Hearing,
  isUrgent: boolean,
): ReadonlyMap<OriginName, number> {
  if (silentEdges.length > 0 || isUrgent) return new Map();
  const fresh = utilizations.filter((sample) => figures.isFresh(sample));
  return new Map(fresh.map(({ origin, utilization }) => [origin, utilization]));
}

function estimateOrigins(
  configuration: Configuration,
  memory: EstimateMemory,
  { traffic, votes }: PairEstimator,
  utilizations: ReadonlyMap<OriginName, number>,
): { readonly origins: readonly OriginEstimate[]; readonly learntRates: readonly LearntRate[] } {
  const known = new Map(memory.learntRates.map((learnt) => [learnt.origin, learnt]));
  const estimated = configuration.origins.map((origin) => {
    const healthyFraction = votes.healthyFraction(origin);
    const load = traffic.load(origin.name);
    const utilization = utilizations.get(origin.name);
    const learnt = learnRate(origin, known.get(origin.name) ?? null, utilization, load, healthyFraction);
    return { learnt, estimate: estimateOrigin(origin, healthyFraction, load, learnt) };
  });
  return {
    origins: estimated.map(({ estimate }) => estimate).sort((one, other) => byName(one.origin, other.origin)),
    learntRates: estimated.flatMap(({ learnt }) => (learnt === null ? [] : [learnt])),
  };
}

function estimateConnectionTimes(
  { loadBalancers }: Configuration,
  { takenAtMs }: Observation,
  memory: EstimateMemory,
  { traffic, isUrgent }: PairEstimator,
): readonly ConnectionTime[] {
  const known = new Map(memory.connectionTimes.map((time) => [`${time.loadBalancer}/${time.origin}`, time]));
  return loadBalancers.flatMap(({ name, origins }) =>
    origins
      .map(({ origin }) => origin)
      .sort(byName)
      .flatMap((origin) => {
        const last = known.get(`${name}/${origin}`);
        if (isUrgent && last !== undefined) return [last];
        const measured = followConnectionTime(last, traffic.traffic(name, origin), takenAtMs);
        return measured === undefined ? [] : [{ loadBalancer: name, origin, ...measured }];
      }),
  );
}
