import { z } from 'zod';
import { SCHEDULER_MODES } from '#core/ports/scheduler-store.js';
import { cursorSchema } from '../http/cursor.js';
import { pageFields } from '../http/page.js';

/** What the API shows of the scheduler. */

export const publicationPointSchema = z
  .strictObject({ term: z.int(), generation: z.int() })
  .meta({ id: 'PublicationPoint', description: 'Place of a published configuration in the order of all' });

const outcome = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('planned') }),
    z.strictObject({
      kind: z
        .literal('partly-kept')
        .describe('For some pairs of load balancer and edge something went wrong, and their last good shares stay'),
      cause: z.enum(['solver-failure', 'invariant-broken']),
      pairs: z.int().min(1).describe('How many'),
      details: z.array(z.string()),
    }),
    z.strictObject({
      kind: z.literal('kept').describe('Something went wrong, and the last good plan stays in force'),
      cause: z.enum(['solver-failure', 'invariant-broken', 'decision-failed']),
      details: z.array(z.string()),
    }),
  ])
  .meta({ id: 'CycleOutcome' });

const mode = z
  .enum(SCHEDULER_MODES)
  .describe(
    'frozen: nothing is decided, the last plan stays in force; shadow: decided and recorded, but not put in force',
  );

const cycleFields = {
  id: z.int(),
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  trigger: z
    .enum(['timer', 'configuration-change', 'operator', 'urgent'])
    .describe('urgent: reports showed an origin overloaded or gone; such a cycle protects, and makes no ordinary move'),
  mode: z.enum(['running', 'shadow']),
  outcome,
  published: publicationPointSchema.nullable().describe('Set when the cycle changed what some edge is to do'),
};

export const cycleSummarySchema = z.strictObject(cycleFields).meta({ id: 'CycleSummary' });

const json = z.record(z.string(), z.unknown());

export const cycleSchema = z
  .strictObject({
    ...cycleFields,
    input: json
      .nullable()
      .describe(
        'Everything the cycle decided from; deciding again from it gives the same plan. null where it is larger than ' +
          '32 MiB compressed, and so was not kept',
      ),
    plan: json.nullable(),
  })
  .meta({ id: 'Cycle' });

export const schedulerSchema = z
  .strictObject({
    mode,
    role: z
      .enum(['leader', 'standby'])
      .describe('Of the control plane that answers. All of them answer; the one that leads decides'),
    term: z.int().describe('Number of the leadership, whoever leads'),
    cycleSeconds: z.number(),
    telemetry: z.enum(['reports', 'prometheus']),
    notices: z.array(json).describe('What an operator should know about the last decision as a whole'),
    lastCycle: cycleSummarySchema.nullable(),
  })
  .meta({ id: 'Scheduler' });

export const schedulerPatchSchema = z.strictObject({ mode }).meta({ id: 'SchedulerPatch' });

export const cyclePageQuerySchema = z.strictObject({
  limit: pageFields.limit.default(50),
  cursor: cursorSchema.transform(Number).pipe(z.int().positive()).optional(),
});
