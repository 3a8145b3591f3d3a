import { z } from 'zod';
import { publicationPointSchema } from '../scheduler/scheduler.schema.js';
import { edgeNameSchema, loadBalancerNameSchema, originNameSchema } from '../resources/common.schema.js';
import { shareReasonSchema, shareSchema } from './share.schema.js';

/** What the API shows of how things are, beside what operators declared. */

export const sharesSchema = z
  .strictObject({
    loadBalancer: loadBalancerNameSchema,
    decidedAt: z.iso.datetime().nullable().describe('null before the first plan'),
    pairs: z.array(
      z.strictObject({
        edge: edgeNameSchema,
        demand: z.number().describe('New connections per second'),
        explanation: z.string(),
        shares: z.array(
          z.strictObject({
            origin: originNameSchema,
            share: shareSchema,
            previousShare: shareSchema.nullable().describe('null when there was no plan before'),
            reason: shareReasonSchema,
            rttMs: z.number().nullable().describe('Latency the decision reckoned with; null when none is known'),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'Shares', description: 'How each edge spreads a load balancer’s demand, and why' });

export const originDrainSchema = z
  .strictObject({
    connections: z.int().describe('Connections still open there, from all edges that reported'),
    edges: z.array(
      z.strictObject({
        edge: edgeNameSchema,
        lastSeenSeconds: z.number(),
        connections: z.int(),
        secondsLeft: z
          .number()
          .nullable()
          .describe('Until the last of it is taken out whatever is open; null while nothing is on its way out'),
      }),
    ),
  })
  .meta({
    id: 'OriginDrain',
    description: 'What still leaves an origin, edge by edge; edges where nothing is left are gone',
  });

export const originStatusSchema = z
  .strictObject({
    origin: originNameSchema,
    capacity: z.number().nullable().describe('Connections per second it can take now; null when unlimited'),
    capacitySource: z
      .enum(['declared', 'learnt', 'unlimited'])
      .describe('learnt: from the load and the utilisation that was asked for'),
    connectionCapacity: z
      .number()
      .nullable()
      .describe('Connections it may hold open at once with every endpoint healthy, as declared; null when unlimited'),
    load: z.number().describe('Connections per second measured before the last decision'),
    expectedLoad: z.number().describe('Connections per second expected once its shares are in force'),
    utilization: z.number().nullable().describe('Load as a part of the capacity; null when unlimited or none'),
    headroom: z.number().nullable().describe('Connections per second it can still take; null when unlimited'),
    shadowPriceMs: z
      .number()
      .nullable()
      .describe(
        'What one more connection per second of capacity would save, in ms per second; 0 where there is room, ' +
          'null when it is not known',
      ),
    drain: originDrainSchema.nullable().describe('null for an active origin that nothing leaves'),
  })
  .meta({ id: 'OriginStatus' });

export const edgeStatusSchema = z
  .strictObject({
    edge: edgeNameSchema,
    agentVersion: z.string().nullable().describe('null until its agent reported'),
    dataPlane: z.enum(['userspace', 'ipvs']).nullable(),
    lastSeenSeconds: z.number().nullable().describe('How long ago its agent last reported'),
    applied: publicationPointSchema.nullable(),
    published: publicationPointSchema.nullable(),
    isCurrent: z.boolean().describe('It has applied the newest configuration published for it'),
    announced: z
      .array(z.string())
      .nullable()
      .describe('Addresses it announces by BGP; null where its agent does not announce, or has not reported'),
    connections: z
      .int()
      .nullable()
      .describe('Connections open there, by the last report; null until its agent reported'),
    errors: z.array(z.strictObject({ code: z.string(), message: z.string() })),
  })
  .meta({ id: 'EdgeStatus' });

export const healthSchema = z
  .strictObject({
    loadBalancer: loadBalancerNameSchema,
    edges: z.array(
      z.strictObject({
        edge: edgeNameSchema,
        lastSeenSeconds: z.number().nullable(),
        origins: z.array(
          z.strictObject({
            origin: originNameSchema,
            rttMs: z.number().nullable(),
            lossRatio: z
              .number()
              .nullable()
              .describe('The part of the latest probes that failed, 0 to 1; null until one ran'),
            endpoints: z.array(
              z.strictObject({
                address: z.string(),
                up: z.boolean().nullable().describe('null until enough probes ran'),
                weight: z.int(),
                activeConnections: z.int(),
              }),
            ),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'LoadBalancerHealth', description: 'Endpoint health as each edge sees it' });
