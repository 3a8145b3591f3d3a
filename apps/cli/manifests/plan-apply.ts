import { isDeepStrictEqual } from 'node:util';
import { type Kind, KINDS } from './kind.js';
import type { Manifest } from './manifest.js';
import type { Resource, Tagged } from './resource-api.js';

/** One step of an apply; `before` and `after` are what a person compares. */
export type Change =
  | {
      readonly kind: Kind;
      readonly name: string;
      readonly step: 'create';
      readonly after: Resource;
      readonly manifest: Manifest;
    }
  | {
      readonly kind: Kind;
      readonly name: string;
      readonly step: 'update';
      readonly before: Resource;
      readonly after: Resource;
      readonly entityTag: string | null;
      readonly manifest: Manifest;
    }
  | {
      readonly kind: Kind;
      readonly name: string;
      readonly step: 'delete';
      readonly before: Resource;
      readonly entityTag: string | null;
    };

/** A manifest beside what exists, and what would be stored. */
export interface Comparison {
  readonly manifest: Manifest;
  /** `null` when there is none yet. */
  readonly current: Tagged | null;
  readonly wanted: Resource;
}

export interface Existing extends Tagged {
  readonly kind: Kind;
}

/**
 * The steps from what exists to what is declared, in an order in which nothing refers to what is not there: what others
 * need is made first, and what others need is deleted last. What is as declared takes no step.
 */
export function planApply(comparisons: readonly Comparison[], surplus: readonly Existing[]): readonly Change[] {
  const writes = comparisons.flatMap(writeOf).sort((left, right) => rank(left) - rank(right));
  const deletions = surplus
    .map(({ kind, resource, entityTag }): Change => ({
      kind,
      name: resource.name,
      step: 'delete',
      before: resource,
      entityTag,
    }))
    .sort((left, right) => rank(right) - rank(left));
  return [...writes, ...deletions];
}

function writeOf({ manifest, current, wanted }: Comparison): readonly Change[] {
  const { kind, name } = manifest;
  if (current === null) return [{ kind, name, step: 'create', after: wanted, manifest }];
  const { resource: before, entityTag } = current;
  if (isDeepStrictEqual(before, wanted)) return [];
  return [{ kind, name, step: 'update', before, after: wanted, entityTag, manifest }];
}

function rank({ kind }: Change): number {
  return KINDS.indexOf(kind);
}
