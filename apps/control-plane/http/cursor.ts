import { z } from 'zod';

const PREFIX = 'after:';

/**
 * Where a list goes on: after the entry with this key, whether or not it is still there. Opaque to clients, so that what
 * is in it may change.
 */
export function cursorAfter(key: string | number): string {
  return Buffer.from(`${PREFIX}${key}`).toString('base64url');
}

/** A cursor as clients hand it back; parses to the key in it. */
export const cursorSchema = z
  .string()
  .transform((cursor, context) => {
    const text = Buffer.from(cursor, 'base64url').toString('utf8');
    if (text.startsWith(PREFIX) && cursorAfter(text.slice(PREFIX.length)) === cursor) return text.slice(PREFIX.length);
    context.addIssue({ code: 'custom', message: 'must be the nextCursor of an earlier page, as it was given' });
    return z.NEVER;
  })
  .describe('`nextCursor` of the page before');
