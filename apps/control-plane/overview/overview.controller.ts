import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { OriginName } from '#core/model/name.js';
import type { LoadsOfCycle } from '../history/plan-history.js';
import { parseOrRefuse } from '../http/parse.js';
import { Problem } from '../http/problem.js';
import type { Shown } from '../http/shown.js';
import { Answer, Operation, QueryParameters, Refusals } from '../openapi/documentation.js';
import { loadBalancerNameSchema } from '../resources/common.schema.js';
import { Access } from '../security/access.js';
import { NO_LOAD_BALANCER } from '../status/status.examples.js';
import * as examples from './overview.examples.js';
import type { Overview } from './overview.js';
import {
  decisionsQuerySchema,
  decisionsSchema,
  loadsQuerySchema,
  loadsSchema,
  overviewQuerySchema,
  overviewSchema,
  shareHistorySchema,
} from './overview.schema.js';
import { OverviewService } from './overview.service.js';

const MEMORY = 'Kept in memory by the control plane that answers, and forgotten when it restarts.';

/** Everything at a glance, and how it came about. Reads only. */
@Controller('v1')
export class OverviewController {
  constructor(private readonly service: OverviewService) {}

  @Get('overview')
  @Access('viewer')
  @ApiTags('Overview')
  @Operation('Read how everything stands', 'What the web console begins with: concerns in words, then the figures.')
  @QueryParameters(overviewQuerySchema)
  @Answer(200, 'As of the last decision and the last reports', overviewSchema, { overloaded: examples.OVERVIEW })
  @Refusals(examples.WRONG_FLOWS)
  async overview(@Query() query: unknown): Promise<Overview> {
    return this.service.overview(parseOrRefuse(overviewQuerySchema, query, 'invalid-query').flows);
  }

  @Get('overview/loads')
  @Access('viewer')
  @ApiTags('Overview')
  @Operation('Read the load and capacity of every origin over the last cycles', `At most 240 cycles. ${MEMORY}`)
  @QueryParameters(loadsQuerySchema)
  @Answer(200, 'Column by column', loadsSchema, { spill: examples.LOADS })
  @Refusals(examples.WRONG_SINCE)
  async loads(@Query() query: unknown): Promise<Shown<typeof loadsSchema>> {
    const { since } = parseOrRefuse(loadsQuerySchema, query, 'invalid-query');
    return shownLoads((await this.service.history()).loads(since === undefined ? undefined : Date.parse(since)));
  }

  @Get('overview/decisions')
  @Access('viewer')
  @ApiTags('Overview')
  @Operation('Read what the last cycles moved, in words', `Newest first. ${MEMORY}`)
  @QueryParameters(decisionsQuerySchema)
  @Answer(200, 'One entry for each load balancer that moved', decisionsSchema, { spill: examples.DECISIONS })
  @Refusals(examples.WRONG_DECISIONS_LIMIT)
  async decisions(@Query() query: unknown): Promise<Shown<typeof decisionsSchema>> {
    const { limit } = parseOrRefuse(decisionsQuerySchema, query, 'invalid-query');
    const history = await this.service.history();
    return {
      items: history.decisions(limit).map(({ decidedAtMs, ...rest }) => ({ decidedAt: iso(decidedAtMs), ...rest })),
    };
  }

  @Get('load-balancers/:name/shares/history')
  @Access('viewer')
  @ApiTags('Load balancers')
  @Operation('Read how the shares changed, edge by edge, and why', `Only changes are told. ${MEMORY}`)
  @ApiParam({ name: 'name', example: 'shop' })
  @Answer(200, 'One entry for each edge', shareHistorySchema, { spill: examples.SHARE_HISTORY })
  @Refusals(NO_LOAD_BALANCER)
  async shareHistory(@Param('name') name: string): Promise<Shown<typeof shareHistorySchema>> {
    const parsed = loadBalancerNameSchema.safeParse(name);
    if (!parsed.success || !(await this.service.isKnown(parsed.data)))
      throw new Problem('not-found', `there is no load balancer "${name}"`);
    const history = await this.service.history();
    const decidedAtMs = history.loads().at(-1)?.decidedAtMs;
    return {
      loadBalancer: parsed.data,
      decidedAt: decidedAtMs === undefined ? null : iso(decidedAtMs),
      edges: history.shares(parsed.data).map(([edge, changes]) => ({
        edge,
        changes: changes.map(({ decidedAtMs: atMs, ...change }) => ({ decidedAt: iso(atMs), ...change })),
      })),
    };
  }
}

function shownLoads(cycles: readonly LoadsOfCycle[]): Shown<typeof loadsSchema> {
  const names = new Set<OriginName>(cycles.flatMap(({ loads }) => [...loads.keys()]));
  return {
    decidedAt: cycles.map(({ decidedAtMs }) => iso(decidedAtMs)),
    origins: [...names].sort().map((origin) => ({
      origin,
      load: cycles.map(({ loads }) => loads.get(origin)?.load ?? null),
      capacity: cycles.map(({ loads }) => loads.get(origin)?.capacity ?? null),
    })),
  };
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
