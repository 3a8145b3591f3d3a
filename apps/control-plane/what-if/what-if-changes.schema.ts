import { z } from 'zod';
import type { WhatIfChanges } from '#core/what-if/what-if-changes.js';
import {
  edgeNameSchema,
  loadBalancerNameSchema,
  originNameSchema,
  servingStateSchema,
} from '../resources/common.schema.js';
import {
  originReferenceChangeSchema,
  originReferenceSchema,
  policyChangeSchema,
} from '../resources/load-balancer.schema.js';

/** What the API lets one suppose. */

const ratePerSecond = z.number().min(0).describe('New connections per second');

const originChange = z
  .strictObject({
    origin: originNameSchema,
    capacityRate: ratePerSecond
      .nullable()
      .optional()
      .describe('New connections per second with every endpoint healthy; null for no limit. Replaces a learnt one too'),
    state: servingStateSchema.optional(),
    isRemoved: z.boolean().optional().describe('Takes the origin out of every load balancer'),
  })
  .meta({ id: 'OriginChange' });

const loadBalancerChange = z
  .strictObject({
    loadBalancer: loadBalancerNameSchema,
    policy: policyChangeSchema.optional(),
    references: z.array(originReferenceChangeSchema).optional().describe('How it uses origins that it names'),
    addedOrigins: z.array(originReferenceSchema).optional(),
    removedOrigins: z.array(originNameSchema).optional(),
  })
  .meta({ id: 'LoadBalancerChange' });

const edgeChange = z
  .strictObject({
    edge: edgeNameSchema,
    state: servingStateSchema.optional(),
    isLost: z.boolean().optional().describe('The edge is gone, and its users reach others'),
    demandGoesTo: z
      .array(edgeNameSchema)
      .optional()
      .describe(
        'Who gets the demand of a lost edge, in proportion to their own; every other active edge when left out',
      ),
  })
  .meta({ id: 'EdgeChange' });

const demandChange = z
  .strictObject({
    loadBalancer: loadBalancerNameSchema.optional().describe('Every one when left out'),
    edge: edgeNameSchema.optional().describe('Every one when left out'),
    change: z.discriminatedUnion('type', [
      z.strictObject({
        type: z.literal('factor'),
        factor: z.number().min(0).describe('Each demand concerned is multiplied'),
      }),
      z.strictObject({
        type: z.literal('rate'),
        ratePerSecond: ratePerSecond.describe('The demands concerned sum to this many new connections per second'),
      }),
    ]),
  })
  .meta({ id: 'DemandChange' });

const rttChange = z
  .strictObject({ edge: edgeNameSchema, origin: originNameSchema, rttMs: z.number().min(0).max(60_000) })
  .meta({ id: 'RttChange', description: 'Holds for every load balancer' });

const MOST_CHANGES = 1_000;

export const whatIfChangesSchema = z
  .strictObject({
    origins: z.array(originChange).max(MOST_CHANGES).optional(),
    loadBalancers: z.array(loadBalancerChange).max(MOST_CHANGES).optional(),
    edges: z.array(edgeChange).max(MOST_CHANGES).optional(),
    demand: z
      .array(demandChange)
      .max(MOST_CHANGES)
      .optional()
      .describe('Applied in their order, before the demand of a lost edge moves'),
    rtts: z.array(rttChange).max(MOST_CHANGES).optional(),
  })
  .meta({
    id: 'WhatIfChanges',
    description:
      'What is to be supposed; what is left out stays as it is. Without any change: where shares will settle',
  }) satisfies z.ZodType<WhatIfChanges>;
