import { z } from 'zod';
import {
  edgeNameSchema,
  loadBalancerNameSchema,
  originNameSchema,
  servingStateSchema,
} from '../resources/common.schema.js';
import { publicationPointSchema, schedulerSchema } from '../scheduler/scheduler.schema.js';
import { shareReasonSchema, shareSchema } from '../status/share.schema.js';

/** What the API shows of everything at once, for whoever is on call. Rates in connections per second. */

const demand = z.number().describe('New connections per second');
const meanRttMs = z.number().nullable().describe('Mean latency of its connections; null without any');
const decidedAt = z.iso.datetime().nullable().describe('null before the first plan');

const CONCERN_KINDS = [
  'overloaded',
  'unhealthy',
  'unserved',
  'no-cycle',
  'kept',
  'silent',
  'stale',
  'failing',
  'behind',
  'frozen',
  'shadow',
  'unknown',
  'out-of-use',
] as const;

export const SEVERITIES = ['critical', 'warning', 'note'] as const;

const concern = z
  .strictObject({
    kind: z.enum(CONCERN_KINDS),
    severity: z
      .enum(SEVERITIES)
      .describe('critical: users feel it; warning: something does not work; note: as wanted, but unusual'),
    resource: z.string().describe('What it is about, as its path under /v1'),
    sentence: z.string(),
  })
  .meta({ id: 'Concern', description: 'Something an operator should know now' });

const origin = z
  .strictObject({
    origin: originNameSchema,
    region: z.string(),
    state: servingStateSchema,
    load: z.number().describe('Measured before the last decision'),
    expectedLoad: z.number().describe('Expected once its shares are in force'),
    capacity: z.number().nullable().describe('null when unlimited or not known yet'),
    utilization: z.number().nullable().describe('Load as a part of the capacity; null when unlimited or none'),
    endpoints: z.int(),
    endpointsDown: z.int().describe('Endpoints that some edge sees down'),
    edgesSeeingDown: z.int().describe('Edges that see any of them down'),
  })
  .meta({ id: 'OriginOverview' });

const edge = z
  .strictObject({
    edge: edgeNameSchema,
    site: z.string(),
    region: z.string(),
    state: servingStateSchema,
    demand,
    meanRttMs,
    lastSeenSeconds: z.number().nullable().describe('How long ago its agent last reported; null until it did'),
    published: publicationPointSchema.nullable(),
    applied: publicationPointSchema.nullable(),
    isCurrent: z.boolean().describe('It has applied the newest configuration published for it'),
    errors: z.int().describe('How many its agent reports'),
  })
  .meta({ id: 'EdgeOverview' });

const loadBalancer = z
  .strictObject({
    loadBalancer: loadBalancerNameSchema,
    demand,
    meanRttMs,
    mode: z.enum(['automatic', 'manual']),
    isFrozen: z.boolean(),
    stalePairs: z.int().describe('Edges of which too little is known'),
    shares: z
      .array(z.strictObject({ origin: originNameSchema, share: shareSchema }))
      .describe('Of its demand at all edges together, largest first; empty without demand'),
  })
  .meta({ id: 'LoadBalancerOverview' });

const flow = z
  .strictObject({
    edge: edgeNameSchema.nullable().describe('null: all edges that are not named'),
    origin: originNameSchema.nullable().describe('null: all origins that are not named'),
    rate: z.number(),
    meanRttMs,
  })
  .meta({ id: 'Flow', description: 'Connections from an edge to an origin, of all load balancers' });

export const overviewQuerySchema = z.strictObject({
  flows: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(12)
    .describe('So many of the busiest edges and origins are named in flows; the others are told together'),
});

export const overviewSchema = z
  .strictObject({
    decidedAt,
    scheduler: schedulerSchema,
    concerns: z.array(concern).describe('Worst first; empty when all is well'),
    demand,
    meanRttMs,
    origins: z.array(origin),
    edges: z.array(edge),
    loadBalancers: z.array(loadBalancer),
    flows: z.array(flow).describe('Busiest first'),
  })
  .meta({ id: 'Overview', description: 'How everything stands, by the plan in force and the last reports' });

export const loadsQuerySchema = z.strictObject({
  since: z.iso.datetime().optional().describe('Only cycles after this instant'),
});

export const loadsSchema = z
  .strictObject({
    decidedAt: z.array(z.iso.datetime()).describe('Of each cycle, oldest first'),
    origins: z.array(
      z.strictObject({
        origin: originNameSchema,
        load: z.array(z.number().nullable()).describe('Of each cycle; null where it did not know the origin'),
        capacity: z.array(z.number().nullable()).describe('Of each cycle; null where unlimited or not known'),
      }),
    ),
  })
  .meta({ id: 'LoadHistory', description: 'Load and capacity of every origin over the last cycles, column by column' });

export const shareHistorySchema = z
  .strictObject({
    loadBalancer: loadBalancerNameSchema,
    decidedAt,
    edges: z.array(
      z.strictObject({
        edge: edgeNameSchema,
        changes: z
          .array(
            z.strictObject({
              decidedAt: z.iso.datetime(),
              shares: z.array(z.strictObject({ origin: originNameSchema, share: shareSchema })),
              reason: shareReasonSchema.nullable().describe('null where it was found so'),
              sentence: z.string().nullable(),
            }),
          )
          .describe('Oldest first; shares stay until the next one'),
      }),
    ),
  })
  .meta({ id: 'ShareHistory', description: 'How the shares of a load balancer changed' });

export const decisionsQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('At most this many'),
});

export const decisionsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        decidedAt: z.iso.datetime(),
        loadBalancer: loadBalancerNameSchema,
        edges: z.array(edgeNameSchema).describe('Where shares moved; the first three'),
        edgeCount: z.int(),
        reason: shareReasonSchema,
        sentence: z.string(),
      }),
    ),
  })
  .meta({ id: 'RecentDecisions', description: 'What the last cycles moved, newest first' });
