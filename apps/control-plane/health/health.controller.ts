import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import type { SchedulerStore } from '#core/ports/scheduler-store.js';
import { StorageUnavailable } from '#core/ports/storage-unavailable.js';
import { ControlPlaneMetrics } from '#telemetry/control-plane-metrics.js';
import { VERSION } from '#version/version.js';
import { Fleet } from '../agent-channel/fleet.js';
import { Problem } from '../http/problem.js';
import { Answer, Operation, Refusals, TextAnswer } from '../openapi/documentation.js';
import { Access } from '../security/access.js';
import { PublicationBoard } from '../publication/publication-board.js';
import { ReplicaCoordinator } from '../replicas/replica-coordinator.js';
import { CONFIGURATION_STORE, SCHEDULER_STORE } from '../tokens.js';
import { agentFigures } from './agent-figures.js';
import { Readiness } from './readiness.js';

const okSchema = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Ok' });
const OK = { status: 'ok' } as const;
const versionSchema = z
  .strictObject({ version: z.string().describe('Of the control plane that answers') })
  .meta({ id: 'Version' });
const okExample = { ok: { summary: 'All is well', value: OK } };

/** Probes give up after a few seconds, and what gives up on an answer does not know why. */
const LONGEST_ANSWER_MS = 2_000;

/** For probes and for Prometheus. */
@ApiTags('Operations')
@Controller()
export class HealthController {
  constructor(
    @Inject(CONFIGURATION_STORE) private readonly configurations: ConfigurationStore,
    @Inject(SCHEDULER_STORE) private readonly store: SchedulerStore,
    private readonly metrics: ControlPlaneMetrics,
    private readonly fleet: Fleet,
    private readonly board: PublicationBoard,
    private readonly readiness: Readiness,
    private readonly replicas: ReplicaCoordinator,
  ) {}

  @Get('healthz')
  @Access('anyone')
  @Operation('Is the process alive?')
  @Answer(200, 'Alive', okSchema, okExample)
  healthz(): z.output<typeof okSchema> {
    return OK;
  }

  @Get('readyz')
  @Access('anyone')
  @Operation(
    'Can it serve? It has started, does not stop, and the database answers; whether it leads makes no difference',
  )
  @Answer(200, 'Ready', okSchema, okExample)
  @Refusals({ code: 'unavailable', detail: 'the database does not answer', instance: '/readyz', retryAfterSeconds: 1 })
  async readyz(): Promise<z.output<typeof okSchema>> {
    if (this.readiness.state !== 'ready') throw notReady(`the control plane is ${this.readiness.state}`);
    if (!this.replicas.isConnected) throw notReady('the database does not answer');
    if (!(await this.#isStoreAnswering())) throw notReady('the database does not answer');
    return OK;
  }

  @Get('v1/version')
  @Access('viewer')
  @Operation('Which version of Weir answers?')
  @Answer(200, 'The version', versionSchema, { released: { summary: 'A release', value: { version: VERSION } } })
  version(): z.output<typeof versionSchema> {
    return { version: VERSION };
  }

  @Get('metrics')
  @Access('viewer')
  @Operation('Metrics in the Prometheus text format')
  @TextAnswer(200, 'The exposition', 'text/plain', {
    line: {
      summary: 'One series of many',
      value: 'weir_share{load_balancer="shop",edge="ams-1",origin="eu-central"} 0.96\n',
    },
  })
  async exposition(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    await this.#recordStored();
    const { contentType, body } = await this.metrics.exposition();
    void reply.type(contentType);
    return body;
  }

  /** One that hangs is waited for much longer by who reads or writes than whoever asks for this would wait. */
  #isStoreAnswering(): Promise<boolean> {
    const answer = this.store.loadMode().then(
      () => true,
      () => false,
    );
    return Promise.race([answer, pause(LONGEST_ANSWER_MS, false, { ref: false })]);
  }

  /** Without a database the other metrics are all the more wanted. */
  async #recordStored(): Promise<void> {
    try {
      const [{ edges }, published, mode] = await Promise.all([
        this.configurations.snapshot(),
        this.store.publications(),
        this.store.loadMode(),
      ]);
      this.metrics.recordMode(mode);
      this.metrics.recordAgents(agentFigures(edges, published, this.fleet, this.board));
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
    }
  }
}

function notReady(detail: string): Problem {
  return new Problem('unavailable', detail, [], 1);
}
