import { z } from 'zod';
import type { Edge } from '#core/model/edge.js';
import { edgeNameSchema, labelsSchema, locationSchema, servingStateSchema } from './common.schema.js';

export const edgeSchema = z
  .strictObject({
    name: edgeNameSchema,
    site: z.string().min(1).max(63).describe('Point of presence; edges of one site share a catchment'),
    region: z.string().min(1).max(63),
    location: locationSchema.optional(),
    state: servingStateSchema.default('active'),
    labels: labelsSchema,
  })
  .meta({ id: 'Edge', description: 'One anycast node that runs an edge agent' }) satisfies z.ZodType<Edge>;
