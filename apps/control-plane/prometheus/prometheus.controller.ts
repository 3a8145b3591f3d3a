import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import { Fleet } from '../agent-channel/fleet.js';
import { Problem } from '../http/problem.js';
import type { Shown } from '../http/shown.js';
import { Answer, Operation, Refusals } from '../openapi/documentation.js';
import { edgeNameSchema } from '../resources/common.schema.js';
import { Access } from '../security/access.js';
import { CONFIGURATION_STORE } from '../tokens.js';
import * as examples from './prometheus.examples.js';
import { scrapeTargets } from './scrape-targets.js';

const targetsSchema = z.array(
  z
    .strictObject({
      targets: z.array(z.string()).describe('host:port of the agent’s /metrics, as the agent reports it'),
      labels: z.strictObject({ edge: edgeNameSchema, site: z.string(), region: z.string() }),
    })
    .meta({ id: 'ScrapeTarget', description: 'One agent, in the form of Prometheus’ HTTP service discovery' }),
);

/** Tells a Prometheus whom to scrape. */
@ApiTags('Operations')
@Controller('v1/prometheus')
export class PrometheusController {
  constructor(
    @Inject(CONFIGURATION_STORE) private readonly configurations: ConfigurationStore,
    private readonly fleet: Fleet,
  ) {}

  @Get('targets')
  @Access('viewer')
  @Operation(
    'List the agents to scrape, for Prometheus’ http_sd_configs',
    'Answers 503 for the first 15 seconds of a control plane that has not heard every agent: Prometheus then keeps its list.',
  )
  @Answer(200, 'One entry for each agent', targetsSchema, { agents: examples.TARGETS, none: examples.NO_TARGETS })
  @Refusals(examples.JUST_STARTED)
  async targets(): Promise<Shown<typeof targetsSchema>> {
    const { edges } = await this.configurations.snapshot();
    const targets = scrapeTargets(edges, this.fleet);
    if (targets !== null) return targets;
    throw new Problem('unavailable', examples.JUST_STARTED.detail, [], examples.JUST_STARTED.retryAfterSeconds);
  }
}
