import type { Edge } from '#core/model/edge.js';
import type { EdgePublication } from '#core/ports/scheduler-store.js';
import type { AgentFigure } from '#telemetry/control-plane-metrics.js';
import { type Fleet, LOST_AFTER_MS } from '../agent-channel/fleet.js';
import type { PublicationBoard } from '../publication/publication-board.js';

/** How each declared edge's agent stands towards this control plane. */
export function agentFigures(
  edges: readonly Edge[],
  published: readonly EdgePublication[],
  fleet: Fleet,
  board: PublicationBoard,
): readonly AgentFigure[] {
  const points = new Map(published.map(({ edge, point }) => [edge, point]));
  return edges.map(({ name }) => {
    const entry = fleet.find(name);
    const point = points.get(name);
    const applied = entry?.report.applied;
    const isCurrent = point === undefined || (applied?.term === point.term && applied.generation === point.generation);
    return {
      edge: name,
      isConnected: entry !== null && entry.ageMs <= LOST_AFTER_MS,
      publicationLagSeconds: isCurrent ? 0 : board.sinceAnnouncedMs(name) / 1_000,
    };
  });
}
