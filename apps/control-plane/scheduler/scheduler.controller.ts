import { Body, Controller, Get, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { SchedulerMode, SchedulerStore } from '#core/ports/scheduler-store.js';
import { auditEvent } from '../events/audit-event.js';
import { cursorAfter } from '../http/cursor.js';
import { entityTag, refuseUnmet } from '../http/entity-tag.js';
import { mergePatch } from '../http/merge-patch.js';
import { linkNext, type Page, pageSchema } from '../http/page.js';
import { parseOrRefuse } from '../http/parse.js';
import { Problem } from '../http/problem.js';
import { Write, type WriteRequest, writeQuerySchema } from '../http/write-request.js';
import { Answer, Conditional, MergePatchBody, Operation, QueryParameters, Refusals } from '../openapi/documentation.js';
import { ReplicaCoordinator } from '../replicas/replica-coordinator.js';
import { Access } from '../security/access.js';
import { SCHEDULER_STORE } from '../tokens.js';
import * as examples from './scheduler.examples.js';
import {
  cyclePageQuerySchema,
  cycleSchema,
  cycleSummarySchema,
  schedulerPatchSchema,
  schedulerSchema,
} from './scheduler.schema.js';
import { SchedulerStatus, type ShownCycle, shownCycle, type ShownScheduler } from './scheduler-status.js';

@ApiTags('Scheduler')
@Controller('v1/scheduler')
export class SchedulerController {
  constructor(
    @Inject(SCHEDULER_STORE) private readonly store: SchedulerStore,
    private readonly status: SchedulerStatus,
    private readonly replicas: ReplicaCoordinator,
  ) {}

  @Get()
  @Access('viewer')
  @Operation('Read the state of the scheduler')
  @Answer(200, 'The state now', schedulerSchema, { running: examples.RUNNING })
  async get(@Res({ passthrough: true }) reply: FastifyReply): Promise<ShownScheduler> {
    return tagged(reply, await this.status.now());
  }

  @Patch()
  @Access('operator')
  @Operation(
    'Freeze, shadow or resume',
    'Frozen, the last plan stays in force whatever happens; local health checks still act. A JSON merge patch.',
  )
  @QueryParameters(writeQuerySchema)
  @Conditional('If-Match')
  @MergePatchBody({ freeze: examples.FREEZE, resume: examples.RESUME })
  @Answer(200, 'The state now', schedulerSchema, { running: examples.RUNNING })
  @Refusals(examples.UNKNOWN_MODE)
  async patch(
    @Body() patch: unknown,
    @Write() write: WriteRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ShownScheduler> {
    const shown = await this.status.now();
    const patched = (current: ShownScheduler): SchedulerMode => {
      const { mode } = parseOrRefuse(schedulerPatchSchema, mergePatch({ mode: current.mode }, patch));
      refuseUnmet(write.precondition, entityTag(current));
      return mode;
    };
    if (write.isDryRun) return tagged(reply, { ...shown, mode: patched(shown) });
    let decided = shown.mode;
    await this.store.changeMode((stored) => {
      // All but the mode tells how things are, and is no reason to refuse what was decided a moment ago.
      decided = patched({ ...shown, mode: stored });
      const change = { resource: 'scheduler', before: { mode: stored }, after: { mode: decided } };
      return { mode: decided, events: decided === stored ? [] : [auditEvent(write, change)] };
    });
    return tagged(reply, { ...shown, mode: decided });
  }

  @Get('cycles')
  @Access('viewer')
  @Operation('List the cycles, newest first')
  @QueryParameters(cyclePageQuerySchema)
  @Answer(200, 'One page', pageSchema(cycleSummarySchema, 'CyclePage'), { page: examples.CYCLES })
  @Refusals(examples.WRONG_LIMIT)
  async listCycles(
    @Query() query: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page<ShownCycle>> {
    const { limit, cursor } = parseOrRefuse(cyclePageQuerySchema, query, 'invalid-query');
    const cycles = await this.store.listCycles(limit + 1, cursor);
    const items = cycles.slice(0, limit).map(shownCycle);
    const last = items.at(-1);
    const isLast = cycles.length <= limit || last === undefined;
    return linkNext(reply, { items, nextCursor: isLast ? null : cursorAfter(last.id) });
  }

  @Post('cycles')
  @Access('operator')
  @Operation('Run one cycle now', 'Answers when it has ended. While the scheduler is frozen nothing is decided.')
  @Answer(201, 'The newest cycle', cycleSummarySchema, { cycle: examples.CYCLE })
  @Refusals(examples.FROZEN, examples.NOT_RECORDED)
  async runCycle(): Promise<ShownCycle> {
    if ((await this.store.loadMode()) === 'frozen')
      throw new Problem('conflict', 'the scheduler is frozen; resume it first');
    const [before] = await this.store.listCycles(1);
    await this.replicas.runCycle();
    const [last] = await this.store.listCycles(1);
    if (last === undefined || last.id === before?.id)
      throw new Problem('unavailable', 'the cycle could not be recorded; see the log');
    return shownCycle(last);
  }

  @Get('cycles/:id')
  @Access('viewer')
  @Operation('Read one cycle with everything it decided from')
  @ApiParam({ name: 'id', schema: { type: 'integer', example: 412 } })
  @Answer(200, 'The cycle', cycleSchema, { cycle: examples.STORED_CYCLE })
  @Refusals(examples.NO_SUCH_CYCLE)
  async getCycle(@Param('id') id: string): Promise<unknown> {
    const cycle = /^\d{1,15}$/.test(id) ? await this.store.findCycle(Number(id)) : null;
    if (cycle === null) throw new Problem('not-found', `there is no cycle "${id}", or it is no longer kept`);
    return { ...shownCycle(cycle), input: cycle.input, plan: cycle.plan };
  }
}

function tagged(reply: FastifyReply, shown: ShownScheduler): ShownScheduler {
  void reply.header('etag', entityTag(shown));
  return shown;
}
