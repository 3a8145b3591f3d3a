import { z } from 'zod';
import type { LoadBalancer } from '#core/model/load-balancer.js';
import {
  addressSchema,
  labelsSchema,
  loadBalancerNameSchema,
  originNameSchema,
  portSchema,
  refuseRepeats,
} from './common.schema.js';

const listener = z.strictObject({ protocol: z.literal('TCP'), port: portSchema }).meta({ id: 'Listener' });

const originReference = z
  .strictObject({
    origin: originNameSchema.describe('Name of an existing origin'),
    port: portSchema.optional().describe('Port of the origin’s endpoints; the listener’s own when left out'),
    dialPercent: z.number().min(0).max(100).default(100).describe('At most this part of the load balancer’s demand'),
    tier: z.int().min(0).max(5).default(0).describe('Lower tiers are filled first'),
    maxRate: z.number().min(0).optional().describe('At most this many new connections per second'),
  })
  .meta({ id: 'OriginReference', description: 'An origin as one load balancer uses it' });

const forwarding = z
  .strictObject({
    method: z.literal('masquerade').default('masquerade'),
    sourceNat: z.boolean().default(true).describe('For origins that do not route back through the edge'),
  })
  .meta({ id: 'Forwarding' });

const timing = {
  port: portSchema.optional().describe('Port to probe; the port that serves traffic when left out'),
  intervalMs: z.int().min(100).max(300_000).default(2_000),
  timeoutMs: z.int().min(10).max(60_000).default(1_000),
  unhealthyThreshold: z.int().min(1).max(100).default(3).describe('Failures in a row after which an endpoint is down'),
  healthyThreshold: z.int().min(1).max(100).default(2).describe('Successes in a row after which it is up again'),
};

const healthCheck = z
  .discriminatedUnion('protocol', [
    z.strictObject({ protocol: z.literal('TCP'), ...timing }).meta({ id: 'TcpHealthCheck' }),
    z
      .strictObject({
        protocol: z.literal('HTTP'),
        path: z
          .string()
          .regex(/^\/[\x21-\x7e]*$/, 'must begin with / and hold no spaces')
          .default('/'),
        expectedStatus: z
          .string()
          .regex(/^[1-5]\d{2}(-[1-5]\d{2})?$/, 'must be a status or an inclusive range, such as 200 or 200-299')
          .default('200-299'),
        latencyFrom: z
          .enum(['connect', 'response'])
          .default('connect')
          .describe('What counts as latency: the TCP connect, or the time to the response’s headers'),
        ...timing,
      })
      .meta({ id: 'HttpHealthCheck' }),
  ])
  .superRefine((check, context) => {
    if (check.timeoutMs > check.intervalMs) {
      context.addIssue({ code: 'custom', path: ['timeoutMs'], message: 'must not exceed intervalMs' });
    }
  })
  .meta({ id: 'HealthCheck' });

const policy = z
  .strictObject({
    maxLatencyMs: z
      .number()
      .positive()
      .max(60_000)
      .optional()
      .describe('Latency beyond which an origin should not serve'),
    latencyMode: z.enum(['soft', 'strict']).default('soft'),
    maxShiftPercent: z
      .number()
      .min(0.1)
      .max(100)
      .default(2)
      .describe('Largest move of one share in one cycle, in percentage points'),
    targetUtilizationPercent: z
      .number()
      .min(1)
      .max(100)
      .default(80)
      .describe(
        'Utilisation up to which an origin is filled for free; above it, slightly further origins are preferred',
      ),
  })
  .meta({ id: 'Policy' });

export const loadBalancerSchema = z
  .strictObject({
    name: loadBalancerNameSchema,
    addresses: z
      .array(addressSchema)
      .min(1)
      .max(64)
      .superRefine((addresses, context) => {
        refuseRepeats(addresses, (address) => address, context);
      }),
    listeners: z
      .array(listener)
      .min(1)
      .max(64)
      .superRefine((listeners, context) => {
        refuseRepeats(listeners, ({ protocol, port }) => `${protocol} port ${port}`, context);
      }),
    origins: z
      .array(originReference)
      .min(1)
      .max(256)
      .superRefine((origins, context) => {
        refuseRepeats(origins, ({ origin }) => `origin ${origin}`, context);
      }),
    forwarding: forwarding.prefault({}),
    distribution: z
      .enum(['maglev-5-tuple', 'maglev-source-ip', 'weighted-round-robin', 'weighted-least-connection'])
      .default('maglev-5-tuple'),
    healthCheck: healthCheck.prefault({ protocol: 'TCP' }),
    policy: policy.prefault({}),
    labels: labelsSchema,
  })
  .meta({
    id: 'LoadBalancer',
    description: 'What users reach, and the origins behind it',
  }) satisfies z.ZodType<LoadBalancer>;
