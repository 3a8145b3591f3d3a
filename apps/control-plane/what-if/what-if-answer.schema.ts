import { z } from 'zod';
import { edgeNameSchema, loadBalancerNameSchema, originNameSchema } from '../resources/common.schema.js';
import { explanationSchema } from '../status/explanation.schema.js';
import { noticeSchema } from '../status/notice.schema.js';

/** What the API answers to a supposition. Rates in connections per second; null where there is nothing on that side. */

const figure = z.number().nullable();
const beforeAndAfter = { before: figure, after: figure };

const change = z
  .strictObject(beforeAndAfter)
  .meta({ id: 'BeforeAndAfter', description: 'In the plan in force, and in the hypothetical one' });

const overload = z.strictObject({ before: z.number(), after: z.number() });

const cyclesAtDampedPace = z
  .int()
  .nullable()
  .describe('Cycles until the shares are there when moved as gently as the policy says; null where they may not move');

const pair = z
  .strictObject({
    loadBalancer: loadBalancerNameSchema,
    edge: edgeNameSchema,
    isChanged: z.boolean(),
    demand: change,
    meanRttMs: change,
    shares: z.array(z.strictObject({ origin: originNameSchema, ...beforeAndAfter })),
    cyclesAtDampedPace,
  })
  .meta({ id: 'PairComparison' });

const origin = z
  .strictObject({
    origin: originNameSchema,
    expectedLoad: change,
    capacity: change.describe('null also where unlimited'),
    overload: overload.describe('Load above the capacity'),
  })
  .meta({ id: 'OriginComparison' });

export const whatIfAnswerSchema = z
  .strictObject({
    observedAt: z.iso.datetime().describe('When the demand, latency and health that it reckons with were observed'),
    headline: z.string(),
    pairs: z.array(pair).describe('Each load balancer at each edge, those that change first'),
    origins: z.array(origin),
    meanRttMs: change.describe('Mean latency over all connections'),
    overload: overload.describe('Load above the capacities of all origins together'),
    cyclesAtDampedPace,
    explanations: z
      .array(explanationSchema)
      .describe(
        'Of the hypothetical plan, as they would read once it has settled. All load balancers where there are at most ten; else those that the changes name ' +
          'or whose shares change, at most twenty',
      ),
    notices: z.array(noticeSchema).describe('What an operator would be told of the hypothetical plan'),
  })
  .meta({ id: 'WhatIfAnswer', description: 'Where shares would settle, and what differs from the plan in force' });
