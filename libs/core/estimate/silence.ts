import type { Configuration } from '../model/configuration.js';
import { byName, type EdgeName } from '../model/name.js';
import type { Observation } from '../observe/observation.js';
import type { SchedulerSettings } from '../settings.js';
import type { EdgeMemory, Estimate, EstimateMemory } from './estimate.js';

/** Who speaks and who fell silent. */
export interface Hearing extends Pick<Estimate, 'silentEdges' | 'isMassSilence'> {
  readonly memory: readonly EdgeMemory[];
  /** Edges heard of so lately that what they last said still counts. */
  readonly liveEdges: ReadonlySet<EdgeName>;
}

/** An edge that never spoke, not for long, or that operators took out of use is not missed. */
export function hearEdges(
  configuration: Configuration,
  observation: Observation,
  known: EstimateMemory,
  settings: SchedulerSettings,
): Hearing {
  const now = observation.takenAtMs;
  const staleMs = settings.cycleMs * settings.staleAfterCycles;
  const liveMs = settings.cycleMs * settings.demandMemoryCycles;
  const memory = lastHeard(configuration, observation, known).filter(
    ({ lastHeardMs }) => now - lastHeardMs <= settings.edgeMemoryMs,
  );
  const inUse = new Set(configuration.edges.filter(({ state }) => state === 'active').map(({ name }) => name));
  const missed = memory.filter(({ edge }) => inUse.has(edge));
  const silentEdges = missed.filter(({ lastHeardMs }) => now - lastHeardMs > staleMs).map(({ edge }) => edge);
  const live = memory.filter(({ lastHeardMs }) => now - lastHeardMs <= liveMs).map(({ edge }) => edge);
  return { memory, silentEdges, isMassSilence: silentEdges.length * 2 > missed.length, liveEdges: new Set(live) };
}

function lastHeard(
  configuration: Configuration,
  { takenAtMs, edges }: Observation,
  known: EstimateMemory,
): readonly EdgeMemory[] {
  const heard = new Map(known.edges.map(({ edge, lastHeardMs }) => [edge, lastHeardMs]));
  for (const { edge, ageMs } of edges) heard.set(edge, takenAtMs - ageMs);
  return configuration.edges
    .flatMap(({ name }) => {
      const lastHeardMs = heard.get(name);
      return lastHeardMs === undefined ? [] : [{ edge: name, lastHeardMs }];
    })
    .sort((one, other) => byName(one.edge, other.edge));
}
