import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A token's text, taken apart. Whoever has the text has the token, so it is kept nowhere. */
export interface PresentedToken {
  readonly id: string;
  /** SHA-256 of the secret, in hexadecimal. */
  readonly digest: string;
}

/** `weir_`, a public identifier, and 256 random bits: recognisable to people and to scanners for leaked secrets. */
const TOKEN = /^weir_([0-9a-f]{10})_([\w-]{43})$/;

export function generateToken(): string {
  return `weir_${randomBytes(5).toString('hex')}_${randomBytes(32).toString('base64url')}`;
}

/** `null` for what is no token. */
export function readToken(text: string): PresentedToken | null {
  const [, id, secret] = TOKEN.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  return { id, digest: createHash('sha256').update(secret).digest('hex') };
}

/** In a time that tells nothing of how much of the two is alike. */
export function isSameDigest(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left, 'hex'), Buffer.from(right, 'hex')];
  return one.length === other.length && timingSafeEqual(one, other);
}
