import type { EdgeName } from '#core/model/name.js';
import type { EdgeDocument, PublicationPoint } from '#core/ports/scheduler-store.js';

/** What to write so that exactly the wanted documents are published. */
export interface Publication {
  /** `null` when no edge has anything new to do. */
  readonly point: PublicationPoint | null;
  /** To be stored under `point`. */
  readonly changed: readonly EdgeDocument[];
  /** Edges that lose their document. */
  readonly withdrawn: readonly EdgeName[];
}

/** `last` is the current term, with the last generation given to any edge. */
export function decidePublication(
  last: PublicationPoint,
  published: readonly EdgeDocument[],
  wanted: readonly EdgeDocument[],
): Publication {
  const publishedByEdge = new Map(published.map(({ edge, document }) => [edge, document]));
  const wantedEdges = new Set(wanted.map(({ edge }) => edge));
  const changed = wanted.filter(({ edge, document }) => publishedByEdge.get(edge) !== document);
  return {
    point: changed.length === 0 ? null : { term: last.term, generation: last.generation + 1 },
    changed,
    withdrawn: published.map(({ edge }) => edge).filter((edge) => !wantedEdges.has(edge)),
  };
}
