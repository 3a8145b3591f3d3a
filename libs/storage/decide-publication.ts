import type { EdgeName } from '#core/model/name.js';
import type { PublicationPoint } from '#core/ports/scheduler-store.js';

/** Which document an edge has; equal digests are equal documents. */
export interface EdgeDigest {
  readonly edge: EdgeName;
  readonly digest: string;
}

/** What to write so that exactly the wanted documents are published. */
export interface Publication<Wanted extends EdgeDigest> {
  /** `null` when no edge has anything new to do. */
  readonly point: PublicationPoint | null;
  /** To be stored under `point`. */
  readonly changed: readonly Wanted[];
  /** Edges that lose their document. */
  readonly withdrawn: readonly EdgeName[];
}

/** `last` is the current term, with the last generation given to any edge. */
export function decidePublication<Wanted extends EdgeDigest>(
  last: PublicationPoint,
  published: readonly EdgeDigest[],
  wanted: readonly Wanted[],
): Publication<Wanted> {
  const publishedByEdge = new Map(published.map(({ edge, digest }) => [edge, digest]));
  const wantedEdges = new Set(wanted.map(({ edge }) => edge));
  const changed = wanted.filter(({ edge, digest }) => publishedByEdge.get(edge) !== digest);
  return {
    point: changed.length === 0 ? null : { term: last.term, generation: last.generation + 1 },
    changed,
    withdrawn: published.map(({ edge }) => edge).filter((edge) => !wantedEdges.has(edge)),
  };
}
