import { z } from 'zod';
import type { Notice } from '#core/plan/plan.js';
import { edgeNameSchema, loadBalancerNameSchema, originNameSchema } from '../resources/common.schema.js';

/** What an operator should know about a decision as a whole. */

const CODES = [
  'overload',
  'mass-silence',
  'fail-open',
  'kept',
  'not-optimal',
  'unusable-figures',
  'capacity-unknown',
] as const satisfies readonly Notice['code'][];

export const noticeCodeSchema = z.enum(CODES).meta({ id: 'NoticeCode' });

export const noticeSchema = z
  .discriminatedUnion('code', [
    z.strictObject({ code: z.literal('overload'), origins: z.array(originNameSchema) }),
    z.strictObject({ code: z.literal('mass-silence'), silentEdges: z.array(edgeNameSchema) }),
    z.strictObject({
      code: z.literal('fail-open'),
      loadBalancer: loadBalancerNameSchema,
      edges: z.array(edgeNameSchema),
    }),
    z.strictObject({ code: z.literal('kept'), pairs: z.int(), details: z.array(z.string()) }),
    z.strictObject({ code: z.literal('not-optimal') }),
    z.strictObject({ code: z.literal('unusable-figures'), count: z.int() }),
    z.strictObject({ code: z.literal('capacity-unknown'), origins: z.array(originNameSchema) }),
  ])
  .meta({
    id: 'Notice',
    description:
      'overload: these origins are expected above their capacity; mass-silence: most edges fell silent at once, nothing is moved; ' +
      'fail-open: no origin is healthy as seen from these edges; kept: for so many pairs no sound decision could be had; ' +
      'not-optimal: time ran out before the optimum; unusable-figures: figures that make no sense were left out; ' +
      'capacity-unknown: capacities still to be learnt, unlimited until then',
  });
