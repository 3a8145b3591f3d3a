import type { AccessToken } from '../model/access-token.js';
import type { NewEvent } from '../model/event.js';

export type TokenWrite =
  { readonly action: 'add'; readonly token: AccessToken } | { readonly action: 'remove'; readonly id: string };

/** A decided change: what to write, and what to answer whoever asked. */
export interface TokenChange<Answer> {
  readonly writes: readonly TokenWrite[];
  readonly answer: Answer;
  /** Stored with the writes or not at all. */
  readonly events?: readonly NewEvent[];
}

/**
 * Keeps the tokens of the API.
 *
 * Obligations: `list` is ordered by name. `change` hands `decide` all tokens as they are with no other change under way,
 * then writes all of the decided writes or none; when `decide` throws, nothing is written and the error reaches the caller.
 * Two tokens never have one id or one name: a write that would make them rejects. `recordUse` of a token that is gone does
 * nothing.
 */
export interface TokenStore {
  find(id: string): Promise<AccessToken | null>;
  list(): Promise<readonly AccessToken[]>;
  change<Answer>(decide: (current: readonly AccessToken[]) => TokenChange<Answer>): Promise<Answer>;
  recordUse(id: string, usedAtMs: number): Promise<void>;
}
