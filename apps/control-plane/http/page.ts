import { z } from 'zod';

/** How a list is read piece by piece. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100).describe('At most this many'),
  cursor: z.string().min(1).optional().describe('`nextCursor` of the page before'),
});

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
