import { Body, Controller, Get, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConsumes, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { ControlPlaneSettings } from '#config/control-plane-settings.js';
import type { CycleSummary, SchedulerStore } from '#core/ports/scheduler-store.js';
import { type Page, pageSchema } from '../http/page.js';
import { parseOrRefuse } from '../http/parse.js';
import { Problem } from '../http/problem.js';
import { Answer, JsonBody, Operation, Refusals } from '../openapi/documentation.js';
import { ReplicaCoordinator } from '../replicas/replica-coordinator.js';
import { SCHEDULER_STORE, SETTINGS } from '../tokens.js';
import { CycleRunner } from './cycle-runner.js';
import { Leadership } from './leadership.js';
import * as examples from './scheduler.examples.js';
import {
  cyclePageQuerySchema,
  cycleSchema,
  cycleSummarySchema,
  schedulerPatchSchema,
  schedulerSchema,
} from './scheduler.schema.js';

type ShownCycle = z.output<typeof cycleSummarySchema>;

@ApiTags('Scheduler')
@Controller('v1/scheduler')
export class SchedulerController {
  constructor(
    @Inject(SCHEDULER_STORE) private readonly store: SchedulerStore,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    private readonly runner: CycleRunner,
    private readonly leadership: Leadership,
    private readonly replicas: ReplicaCoordinator,
  ) {}

  @Get()
  @Operation('Read the state of the scheduler')
  @Answer(200, 'The state now', schedulerSchema, { running: examples.RUNNING })
  async get(): Promise<z.output<typeof schedulerSchema>> {
    const [mode, term, [last], plan] = await Promise.all([
      this.store.loadMode(),
      this.store.loadTerm(),
      this.store.listCycles(1),
      this.runner.plan(),
    ]);
    return {
      mode,
      role: this.leadership.isLeading ? 'leader' : 'standby',
      term,
      cycleSeconds: this.settings.cycleMs / 1_000,
      telemetry: this.settings.prometheusUrl === null ? 'reports' : 'prometheus',
      notices: (plan?.notices ?? []).map((notice) => ({ ...notice })),
      lastCycle: last === undefined ? null : shownCycle(last),
    };
  }

  @Patch()
  @Operation(
    'Freeze, shadow or resume',
    'Frozen, the last plan stays in force whatever happens; local health checks still act.',
  )
  @ApiConsumes('application/merge-patch+json', 'application/json')
  @JsonBody(schedulerPatchSchema, { freeze: examples.FREEZE, resume: examples.RESUME })
  @Answer(200, 'The state now', schedulerSchema, { running: examples.RUNNING })
  @Refusals(examples.UNKNOWN_MODE)
  async patch(@Body() body: unknown): Promise<z.output<typeof schedulerSchema>> {
    await this.store.saveMode(parseOrRefuse(schedulerPatchSchema, body).mode);
    return this.get();
  }

  @Get('cycles')
  @Operation('List the cycles, newest first')
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 500, default: 50 } })
  @ApiQuery({
    name: 'cursor',
    required: false,
    schema: { type: 'string' },
    description: '`nextCursor` of the page before',
  })
  @Answer(200, 'One page', pageSchema(cycleSummarySchema, 'CyclePage'), { page: examples.CYCLES })
  @Refusals(examples.WRONG_LIMIT)
  async listCycles(@Query() query: unknown): Promise<Page<ShownCycle>> {
    const { limit, cursor } = parseOrRefuse(cyclePageQuerySchema, query, 'invalid-query');
    const cycles = await this.store.listCycles(limit + 1, cursor);
    const items = cycles.slice(0, limit).map(shownCycle);
    return { items, nextCursor: cycles.length > limit ? String(items.at(-1)?.id) : null };
  }

  @Post('cycles')
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

function shownCycle({ id, startedAtMs, durationMs, trigger, mode, outcome, published }: CycleSummary): ShownCycle {
  const shownOutcome = outcome.kind === 'planned' ? outcome : { ...outcome, details: [...outcome.details] };
  return {
    id,
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs,
    trigger,
    mode,
    outcome: shownOutcome,
    published,
  };
}
