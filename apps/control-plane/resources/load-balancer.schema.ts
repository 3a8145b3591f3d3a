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

const listener = z
  .strictObject({
    protocol: z.enum(['TCP', 'UDP']),
    port: portSchema.describe('The port, or the first of a range'),
    endPort: portSchema
      .optional()
      .describe('Last port of a range; endpoints then serve on the port that the client came to'),
  })
  .meta({ id: 'Listener' });

/** How a load balancer uses an origin, field by field; what has a default gets it where a resource is written. */
const referenceFields = {
  dialPercent: z.number().min(0).max(100).describe('At most this part of the load balancer’s demand'),
  tier: z.int().min(0).max(5).describe('Lower tiers are filled first'),
  maxRate: z.number().min(0).describe('At most this many new connections per second'),
};

export const originReferenceSchema = z
  .strictObject({
    origin: originNameSchema.describe('Name of an existing origin'),
    port: portSchema
      .optional()
      .describe(
        'Port of the origin’s endpoints; the listener’s own when left out. Not together with a range of ports, nor ' +
          'with direct or tunnel forwarding, which rewrite no port',
      ),
    dialPercent: referenceFields.dialPercent.default(100),
    tier: referenceFields.tier.default(0),
    maxRate: referenceFields.maxRate.optional(),
  })
  .meta({ id: 'OriginReference', description: 'An origin as one load balancer uses it' });

/** Parts of a reference that are to be other than they are; null lifts a limit. */
export const originReferenceChangeSchema = z
  .strictObject({
    origin: originNameSchema.describe('An origin the load balancer uses'),
    dialPercent: referenceFields.dialPercent.optional(),
    tier: referenceFields.tier.optional(),
    maxRate: referenceFields.maxRate.nullable().optional(),
  })
  .meta({ id: 'OriginReferenceChange', description: 'What is left out stays; null lifts a limit' });

const forwarding = z
  .discriminatedUnion('method', [
    z
      .strictObject({
        // Optional within, or a forwarding without a method would belong to neither kind.
        method: z.literal('masquerade').optional().default('masquerade'),
        sourceNat: z.boolean().default(true).describe('For origins that do not route back through the edge'),
      })
      .meta({ id: 'Masquerading', description: 'The edge rewrites the destination, and answers come back through it' }),
    z
      .strictObject({
        method: z.enum(['direct', 'tunnel']),
        sourceNat: z
          .literal(false, 'must be false: direct and tunnel forwarding leave the client’s address as it is')
          .default(false),
      })
      .meta({
        id: 'TransparentForwarding',
        description:
          'Endpoints have the load balancer’s addresses themselves and answer straight to the client: direct on the ' +
          'edge’s own network, tunnel anywhere, by IP in IP',
      }),
  ])
  .meta({ id: 'Forwarding' });

const affinity = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('none') }).meta({ id: 'NoAffinity' }),
    z
      .strictObject({
        type: z.literal('source-ip'),
        timeoutSeconds: z
          .int()
          .min(1)
          .max(86_400)
          .default(300)
          .describe('How long after its last connection a client still comes to the endpoint it had'),
      })
      .meta({ id: 'SourceIpAffinity' }),
  ])
  .meta({ id: 'Affinity', description: 'Whether a client keeps coming to the endpoint it had' });

const timing = {
  port: portSchema
    .optional()
    .describe(
      'TCP port to probe; the port that serves traffic when left out. Needed with a UDP listener or a range of ports, ' +
        'which tell no TCP port',
    ),
  intervalMs: z.int().min(100).max(300_000).default(2_000),
  timeoutMs: z.int().min(10).max(60_000).default(1_000),
  unhealthyThreshold: z.int().min(1).max(100).default(3).describe('Failures in a row after which an endpoint is down'),
  healthyThreshold: z.int().min(1).max(100).default(2).describe('Successes in a row after which it is up again'),
};

const request = {
  path: z
    .string()
    .regex(/^\/[\x21-\x7e]*$/, 'must begin with / and hold no spaces')
    .default('/'),
  host: z
    .string()
    .max(253)
    .regex(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/i, 'must be a host name, without a port')
    .optional()
    .describe('Host header, and with HTTPS the server name (SNI); the load balancer’s name when left out'),
  expectedStatus: z
    .string()
    .regex(/^[1-5]\d{2}(-[1-5]\d{2})?$/, 'must be a status or an inclusive range, such as 200 or 200-299')
    .default('200-299'),
  latencyFrom: z
    .enum(['connect', 'response'])
    .default('connect')
    .describe('What counts as latency: the TCP connect, or the time to the response’s headers'),
};

const healthCheck = z
  .discriminatedUnion('protocol', [
    z.strictObject({ protocol: z.literal('TCP'), ...timing }).meta({ id: 'TcpHealthCheck' }),
    z.strictObject({ protocol: z.literal('HTTP'), ...request, ...timing }).meta({ id: 'HttpHealthCheck' }),
    z
      .strictObject({
        protocol: z.literal('HTTPS'),
        ...request,
        verifyCertificate: z
          .boolean()
          .default(false)
          .describe(
            'Whether a certificate that does not fit the host, or that no authority known to the edge has signed, is a ' +
              'failure. Not by default: endpoints behind a load balancer often have private or expired ones and serve ' +
              'well, and one date that passes would take down all endpoints at once',
          ),
        ...timing,
      })
      .meta({ id: 'HttpsHealthCheck' }),
  ])
  .superRefine((check, context) => {
    if (check.timeoutMs > check.intervalMs) {
      context.addIssue({ code: 'custom', path: ['timeoutMs'], message: 'must not exceed intervalMs' });
    }
  })
  .meta({ id: 'HealthCheck' });

/** A policy, field by field, as `referenceFields`. */
const policyFields = {
  mode: z
    .enum(['automatic', 'manual'])
    .describe('manual: manualShares apply at every edge, at once, whatever demand and latency say'),
  manualShares: z
    .record(originNameSchema, z.number().min(0).max(100))
    .describe(
      'Percent of each edge’s demand by origin; sums to 100, an origin left out gets none. Needed in manual mode. ' +
        'Kept in automatic mode, where it has no effect, so that one can switch back and forth',
    ),
  frozen: z.boolean().describe('Shares stay as they are; only what may no longer serve is left. In automatic mode'),
  maxLatencyMs: z.number().positive().max(60_000).describe('Latency beyond which an origin should not serve'),
  latencyMode: z
    .enum(['soft', 'strict'])
    .describe('soft: rather too far than overloaded; strict: nothing new goes beyond the limit while any is within'),
  maxShiftPercent: z
    .number()
    .min(0.1)
    .max(100)
    .describe('Largest move of one share in one cycle, in percentage points'),
  overloadMaxShiftPercent: z
    .number()
    .min(0)
    .max(100)
    .describe(
      'Largest move of one share in one cycle away from an origin above its capacity, in percentage points; ' +
        'maxShiftPercent counts where it is larger',
    ),
  targetUtilizationPercent: z
    .number()
    .min(1)
    .max(100)
    .describe('Utilisation up to which an origin is filled for free; above it, slightly further origins are preferred'),
};

const policy = z
  .strictObject({
    mode: policyFields.mode.default('automatic'),
    manualShares: policyFields.manualShares.optional(),
    frozen: policyFields.frozen.default(false),
    maxLatencyMs: policyFields.maxLatencyMs.optional(),
    latencyMode: policyFields.latencyMode.default('soft'),
    maxShiftPercent: policyFields.maxShiftPercent.default(2),
    overloadMaxShiftPercent: policyFields.overloadMaxShiftPercent.default(25),
    targetUtilizationPercent: policyFields.targetUtilizationPercent.default(80),
  })
  .meta({ id: 'Policy' });

/** Parts of a policy that are to be other than they are. */
export const policyChangeSchema = z
  .strictObject({
    mode: policyFields.mode.exactOptional(),
    manualShares: policyFields.manualShares.exactOptional(),
    frozen: policyFields.frozen.exactOptional(),
    maxLatencyMs: policyFields.maxLatencyMs.exactOptional(),
    latencyMode: policyFields.latencyMode.exactOptional(),
    maxShiftPercent: policyFields.maxShiftPercent.exactOptional(),
    overloadMaxShiftPercent: policyFields.overloadMaxShiftPercent.exactOptional(),
    targetUtilizationPercent: policyFields.targetUtilizationPercent.exactOptional(),
  })
  .meta({ id: 'PolicyChange', description: 'What is left out stays' });

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
      .describe('No two may share a port of one protocol, nor may those of other load balancers on the same address'),
    origins: z
      .array(originReferenceSchema)
      .min(1)
      .max(256)
      .superRefine((origins, context) => {
        refuseRepeats(origins, ({ origin }) => `origin ${origin}`, context);
      }),
    forwarding: forwarding.prefault({}),
    distribution: z
      .enum(['maglev-5-tuple', 'maglev-source-ip', 'weighted-round-robin', 'weighted-least-connection'])
      .default('maglev-5-tuple'),
    affinity: affinity.default({ type: 'none' }),
    healthCheck: healthCheck.prefault({ protocol: 'TCP' }),
    policy: policy.prefault({}),
    labels: labelsSchema,
  })
  .meta({
    id: 'LoadBalancer',
    description: 'What users reach, and the origins behind it',
  }) satisfies z.ZodType<LoadBalancer>;
