import { z } from 'zod';
import { edgeNameSchema, loadBalancerNameSchema, originNameSchema } from '../resources/common.schema.js';
import { noticeCodeSchema } from './notice.schema.js';
import { shareReasonSchema, shareSchema } from './share.schema.js';

/** How the API explains one load balancer: every figure, and a sentence beside it. Rates in connections per second. */

const sentence = z.string().describe('The same in words');
const oneMore = z.string().describe('What would change with one more connection per second');
const shadowPriceMs = z
  .number()
  .nullable()
  .describe('What one more connection per second would save, in ms per second; null when it is not known');

const origin = z
  .strictObject({
    origin: originNameSchema,
    measuredLoad: z
      .number()
      .nullable()
      .describe('Measured before the decision; null when no cycle has seen the origin'),
    expectedLoad: z.number().nullable().describe('Expected with the shares of the decision'),
    capacity: z.number().nullable().describe('null when unlimited or not known yet'),
    utilization: z.number().nullable().describe('Expected load as a part of the capacity'),
    headroom: z.number().nullable().describe('Room that the expected load leaves; null without a capacity'),
    shadowPriceMs,
    sentence,
    oneMore,
  })
  .meta({ id: 'OriginExplanation', description: 'One origin, with the load of all load balancers that use it' });

const limit = z
  .strictObject({
    origin: originNameSchema,
    limit: z.number().describe('What maxRate and dialPercent allow this load balancer there'),
    expectedLoad: z.number(),
    shadowPriceMs,
    sentence,
    oneMore,
  })
  .meta({ id: 'LimitExplanation' });

const constraint = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('origin-capacity'), origin: originNameSchema, shadowPriceMs, sentence }),
    z.strictObject({
      type: z.literal('target-utilization'),
      origin: originNameSchema,
      targetPercent: z.number(),
      sentence,
    }),
    z.strictObject({
      type: z.literal('limit'),
      origin: originNameSchema,
      kind: z.enum(['maxRate', 'dial']),
      limit: z.number(),
      shadowPriceMs,
      sentence,
    }),
    z.strictObject({
      type: z.literal('damping'),
      origin: originNameSchema,
      direction: z.enum(['leaving', 'arriving']),
      maxShiftPercent: z.number(),
      sentence,
    }),
    z.strictObject({
      type: z.literal('latency-limit'),
      origin: originNameSchema,
      rttMs: z.number(),
      limitMs: z.number(),
      sentence,
    }),
    z.strictObject({ type: z.literal('tier'), origin: originNameSchema, tier: z.int(), sentence }),
    z.strictObject({
      type: z.literal('ineligible'),
      origin: originNameSchema,
      reason: z.enum(['unhealthy', 'draining', 'disabled', 'dialled-out']),
      sentence,
    }),
    z.strictObject({ type: z.enum(['frozen', 'manual', 'stale', 'kept', 'fail-open', 'unserved']), sentence }),
  ])
  .meta({
    id: 'BindingConstraint',
    description:
      'What keeps shares from being nearer, or from being there already; of one origin, or of the edge as a whole',
  });

const share = z.strictObject({
  origin: originNameSchema,
  share: shareSchema,
  previousShare: shareSchema.nullable().describe('null when there was no plan before'),
  changePoints: z.number().nullable().describe('Percentage points moved in the last cycle'),
  reason: shareReasonSchema,
  rttMs: z.number().nullable().describe('Latency the decision reckoned with; null when none is known'),
});

const edge = z
  .strictObject({
    edge: edgeNameSchema,
    demand: z.number(),
    sentence,
    meanRttMs: z.number().nullable().describe('Mean latency with the shares in force; null when unknown'),
    nearestRttMs: z.number().nullable().describe('If everything went to the nearest origin that may serve'),
    shares: z.array(share),
    bindingConstraints: z.array(constraint),
  })
  .meta({ id: 'EdgeExplanation' });

export const explanationSchema = z
  .strictObject({
    loadBalancer: loadBalancerNameSchema,
    decidedAt: z.iso.datetime().nullable().describe('null before the first plan'),
    headline: z.string(),
    notices: z.array(z.strictObject({ code: noticeCodeSchema, sentence })),
    origins: z.array(origin),
    limits: z.array(limit).describe('Where maxRate and dialPercent limit this load balancer'),
    edges: z.array(edge),
  })
  .meta({ id: 'Explanation', description: 'Why a load balancer’s traffic goes where it goes' });
