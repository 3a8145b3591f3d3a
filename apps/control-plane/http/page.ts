import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { cursorSchema } from './cursor.js';

/** How a list is read piece by piece. */
export const pageFields = {
  limit: z.coerce.number().int().min(1).max(500).default(100).describe('At most this many'),
  cursor: cursorSchema.optional(),
};

/** One page of a list. `nextCursor` is `null` on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** The schema of a page; `id` names it in the API's document. */
export function pageSchema(item: z.ZodType, id: string): z.ZodType {
  return z
    .strictObject({
      items: z.array(item),
      nextCursor: z.string().nullable().describe('Where the next page begins; null on the last'),
    })
    .meta({ id });
}

/** Says in a header, too, where the list goes on (RFC 8288), with the same filters and limit. */
export function linkNext<T>(reply: FastifyReply, page: Page<T>): Page<T> {
  if (page.nextCursor === null) return page;
  const next = new URL(reply.request.url, 'http://localhost');
  next.searchParams.set('cursor', page.nextCursor);
  void reply.header('link', `<${next.pathname}${next.search}>; rel="next"`);
  return page;
}
