import type { EdgeName } from './name.js';

/** What a token allows. Each of the first three allows what those before it do; `edge` is for one edge's agent alone. */
export type TokenRole = 'viewer' | 'operator' | 'admin' | 'edge';

/** Lets whoever has its secret use the API. The secret itself is known to nobody but its owner. */
export interface AccessToken {
  /** Public part of the token's text; finds it without comparing secrets. */
  readonly id: string;
  /** Names the token to people, and who did what in events. */
  readonly name: string;
  readonly role: TokenRole;
  /** The edge whose agent it is for; `null` unless the role is `edge`. */
  readonly edge: EdgeName | null;
  /** SHA-256 of the secret, in hexadecimal. A secret is 256 random bits, so nothing slower is needed to keep it. */
  readonly digest: string;
  readonly createdAtMs: number;
  /** `null`: it does not expire. */
  readonly expiresAtMs: number | null;
  /** `null`: never. Kept coarsely. */
  readonly lastUsedAtMs: number | null;
}
