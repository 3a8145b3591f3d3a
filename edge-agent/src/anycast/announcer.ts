import { canonicalAddress } from '../data-plane/service.js';
import type { Problem } from '../problem.js';

/**
 * Whatever tells routers that users' packets for an address may come to this edge.
 *
 * Obligations:
 * - every call ends within a time-out of its own and never rejects; calls are not made side by side;
 * - `read` answers what is announced now, whoever brought that about, or `null` when that cannot be known;
 * - `announce` brings the announcement to exactly these addresses, of both families. It is idempotent, and repairs what
 *   somebody else changed. What could not be done is answered, and leaves what was announced before as it is;
 * - an announcement outlives the process that made it, until the host is started anew.
 */
export interface Announcer {
  read(): Promise<readonly string[] | null>;
  announce(addresses: readonly string[]): Promise<Announcement>;
}

/** What was read back after the attempt. */
export interface Announcement {
  /** In canonical spelling and a stable order; `null` when it cannot be known. */
  readonly announced: readonly string[] | null;
  readonly problems: readonly Problem[];
}

/** One spelling and one order, so that two lists of the same addresses are equal. */
export function inOrder(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses.map(canonicalAddress))].sort();
}
