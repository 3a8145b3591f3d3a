import { z } from 'zod';
import type { Origin } from '#core/model/origin.js';
import {
  addressSchema,
  labelsSchema,
  locationSchema,
  originNameSchema,
  refuseRepeats,
  servingStateSchema,
} from './common.schema.js';

const endpoint = z
  .strictObject({
    address: addressSchema,
    weight: z
      .int()
      .min(0)
      .max(65_535)
      .default(1)
      .describe('Part of the origin’s traffic among its endpoints; 0 gets none'),
  })
  .meta({ id: 'Endpoint', description: 'One server of an origin' });

const capacity = z
  .strictObject({
    rate: z.number().min(0).optional().describe('New connections per second with every endpoint healthy'),
    connections: z.number().min(0).optional().describe('Connections open at once with every endpoint healthy'),
  })
  .meta({ id: 'Capacity', description: 'Unlimited where a figure is left out; 0 means none' });

const LONGEST_QUERY = 4_096;

const utilization = z
  .strictObject({
    query: z
      .string()
      .max(LONGEST_QUERY)
      .regex(/\S/, 'must not be empty')
      .describe(
        'PromQL that gives one figure from 0 to 1; what the origin serves, divided by that, is what it can serve',
      ),
  })
  .meta({ id: 'Utilization', description: 'Learns the rate an origin can take; not together with capacity.rate' });

export const originSchema = z
  .strictObject({
    name: originNameSchema,
    region: z.string().min(1).max(63),
    location: locationSchema.optional(),
    endpoints: z
      .array(endpoint)
      .min(1)
      .max(1_000)
      .superRefine((endpoints, context) => {
        refuseRepeats(endpoints, ({ address }) => address, context);
      }),
    capacity: capacity.default({}),
    utilization: utilization.optional(),
    state: servingStateSchema.default('active'),
    labels: labelsSchema,
  })
  .meta({
    id: 'Origin',
    description: 'A place that serves; several load balancers may share it',
  }) satisfies z.ZodType<Origin>;
