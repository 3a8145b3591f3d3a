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
  /** Silent ones that had withdrawn, or that operators took out of use: their users are counted where they are now. */
  readonly departedEdges: ReadonlySet<EdgeName>;
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
  const departed = memory
    .filter(({ edge, lastHeardMs, hasWithdrawn }) => {
      const isGone = hasWithdrawn === true || !inUse.has(edge);
      return isGone && now - lastHeardMs > staleMs;
    })
    .map(({ edge }) => edge);
  return {
    memory,
    silentEdges,
    isMassSilence: silentEdges.length * 2 > missed.length,
    liveEdges: new Set(live),
    departedEdges: new Set(departed),
  };
}

function lastHeard(
  configuration: Configuration,
  { takenAtMs, edges }: Observation,
  known: EstimateMemory,
): readonly EdgeMemory[] {
  const heard = new Map(known.edges.map((memory) => [memory.edge, memory]));
  for (const { edge, ageMs, hasWithdrawn } of edges) {
    heard.set(edge, { edge, lastHeardMs: takenAtMs - ageMs, ...(hasWithdrawn === true && { hasWithdrawn }) });
  }
  return configuration.edges
    .flatMap(({ name }) => heard.get(name) ?? [])
    .sort((one, other) => byName(one.edge, other.edge));
}
