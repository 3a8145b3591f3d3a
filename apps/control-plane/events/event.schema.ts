import { z } from 'zod';
import type { EventType, StoredEvent } from '#core/model/event.js';
import { cursorSchema } from '../http/cursor.js';
import { pageFields } from '../http/page.js';

/** What the API shows of events. */

const TYPES = [
  'audit.created',
  'audit.changed',
  'audit.deleted',
  'decision.noticed',
  'decision.cleared',
  'decision.kept',
  'health.up',
  'health.down',
  'agent.arrived',
  'agent.lost',
] as const satisfies readonly EventType[];

const FAMILIES = ['audit', 'decision', 'health', 'agent'] as const;

export const eventSchema = z
  .strictObject({
    sequence: z.int().describe('Place among all events'),
    at: z.iso.datetime(),
    type: z.enum(TYPES),
    resource: z.string().describe('What it is about, as its path under /v1'),
    actor: z.string().nullable().describe('Name of the token that asked for it; null where Weir itself did or saw it'),
    requestId: z.string().nullable(),
    summary: z.string(),
    before: z.unknown().describe('What was there; null for nothing'),
    after: z.unknown().describe('What is there now; null for nothing'),
  })
  .meta({ id: 'Event' });

const filterFields = {
  type: z
    .enum([...FAMILIES, ...TYPES])
    .optional()
    .describe('A type, or a family of them'),
  resource: z.string().min(1).max(200).optional().describe('As events name it, such as `origins/eu-central`'),
};

export const eventQuerySchema = z.strictObject({
  ...pageFields,
  cursor: cursorSchema.transform(Number).pipe(z.int().positive()).optional(),
  ...filterFields,
  since: z.iso.datetime().optional().describe('Not before this instant'),
});

export const streamQuerySchema = z.strictObject({
  ...filterFields,
  cycles: z
    .enum(['true', 'false'])
    .default('false')
    .describe('true: after every cycle comes a message `cycle` too, with its id as data and none of its own'),
});

/** `Last-Event-ID`, as browsers send it when they come back. */
export const lastEventIdSchema = z.strictObject({
  'Last-Event-ID': z
    .string()
    .regex(/^\d{1,15}$/, 'must be the id of an event')
    .transform(Number)
    .optional(),
});

export function shownEvent({ atMs, ...event }: StoredEvent): z.output<typeof eventSchema> {
  const { sequence, type, resource, actor, requestId, summary, before, after } = event;
  return { sequence, at: new Date(atMs).toISOString(), type, resource, actor, requestId, summary, before, after };
}
