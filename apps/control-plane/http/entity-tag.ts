import { createHash } from 'node:crypto';
import { Problem } from './problem.js';

/** What must hold for a write to be made, as the client said it (RFC 9110, section 13). */
export interface Precondition {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** A strong entity tag: equal for equal content, whatever the order of its fields. */
export function entityTag(content: unknown): string {
  return digestTag(JSON.stringify(content, withSortedKeys));
}

/** The tag of a text as it is. */
export function digestTag(text: string): string {
  // Half of a SHA-256 is plenty to tell versions of one resource apart.
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** Whether an `If-Match` or `If-None-Match` header names the tag; `null` is a resource that is not there. */
export function namesEntityTag(header: string, tag: string | null): boolean {
  if (tag === null) return false;
  // Ours are strong, so a weak one in the list equals none of them.
  return header.split(',').some((entry) => entry.trim() === '*' || entry.trim() === tag);
}

/** Refuses a write whose precondition does not hold for what is there now. Throws `Problem`. */
export function refuseUnmet({ ifMatch, ifNoneMatch }: Precondition, tag: string | null): void {
  if (ifMatch !== undefined && !namesEntityTag(ifMatch, tag)) {
    const what = tag === null ? 'there is nothing to match yet' : 'it was changed since it was read';
    throw new Problem('precondition-failed', `If-Match does not hold: ${what}; read it again and decide anew`);
  }
  if (ifNoneMatch !== undefined && namesEntityTag(ifNoneMatch, tag)) {
    throw new Problem('precondition-failed', 'If-None-Match does not hold: it exists already');
  }
}

function withSortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
