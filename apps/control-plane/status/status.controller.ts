import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { explainLoadBalancer } from '#core/explain/explain-load-balancer.js';
import type { Configuration } from '#core/model/configuration.js';
import { byName, type EdgeName, type LoadBalancerName, originName } from '#core/model/name.js';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import type { PublicationPoint, SchedulerStore } from '#core/ports/scheduler-store.js';
import { Fleet, type FleetEntry } from '../agent-channel/fleet.js';
import { Problem } from '../http/problem.js';
import type { Shown } from '../http/shown.js';
import { Answer, Operation, Refusals } from '../openapi/documentation.js';
import { Access } from '../security/access.js';
import { CycleRunner } from '../scheduler/cycle-runner.js';
import { CONFIGURATION_STORE, SCHEDULER_STORE } from '../tokens.js';
import { EXPLANATION, NOTHING_TO_EXPLAIN, UNDECIDED } from './explanation.examples.js';
import { explanationSchema } from './explanation.schema.js';
import { edgeConnections } from './edge-connections.js';
import { originDrain } from './origin-drain.js';
import { originStatus } from './origin-status.js';
import { shownExplanation } from './shown-explanation.js';
import * as examples from './status.examples.js';
import { edgeStatusSchema, healthSchema, originStatusSchema, sharesSchema } from './status.schema.js';

/** How things are: shares, load, health and agents. Reads only. */
@Controller('v1')
export class StatusController {
  constructor(
    @Inject(CONFIGURATION_STORE) private readonly configurations: ConfigurationStore,
    @Inject(SCHEDULER_STORE) private readonly store: SchedulerStore,
    private readonly runner: CycleRunner,
    private readonly fleet: Fleet,
  ) {}

  @Get('load-balancers/:name/shares')
  @Access('viewer')
  @ApiTags('Load balancers')
  @Operation('Read the shares in force, those before, and the reason of each')
  @ApiParam({ name: 'name', example: 'shop' })
  @Answer(200, 'One entry for each edge', sharesSchema, { spilling: examples.SHARES })
  @Refusals(examples.NO_LOAD_BALANCER)
  async shares(@Param('name') name: string): Promise<Shown<typeof sharesSchema>> {
    const { loadBalancer, decidedAt, edges } = await this.explanation(name);
    return {
      loadBalancer,
      decidedAt,
      pairs: edges.map(({ edge, demand, sentence, shares }) => ({
        edge,
        demand,
        explanation: sentence,
        shares: shares.map(({ origin, share, previousShare, reason, rttMs }) => ({
          origin,
          share,
          previousShare,
          reason,
          rttMs,
        })),
      })),
    };
  }

  @Get('load-balancers/:name/explanation')
  @Access('viewer')
  @ApiTags('Load balancers')
  @Operation(
    'Read why its traffic goes where it goes',
    'What binds at each edge, the shadow prices, and what one more unit of capacity would change. By the plan in force.',
  )
  @ApiParam({ name: 'name', example: 'shop' })
  @Answer(200, 'One entry for each edge', explanationSchema, {
    settled: EXPLANATION,
    undecided: UNDECIDED,
  })
  @Refusals(NOTHING_TO_EXPLAIN)
  async explanation(@Param('name') name: string): Promise<Shown<typeof explanationSchema>> {
    const configuration = await this.configurations.snapshot();
    const { name: loadBalancer } = pick(configuration.loadBalancers, name, 'load balancer');
    return shownExplanation(explainLoadBalancer(await this.runner.plan(), configuration, loadBalancer));
  }

  @Get('load-balancers/:name/health')
  @Access('viewer')
  @ApiTags('Load balancers')
  @Operation('Read endpoint health as each edge sees it')
  @ApiParam({ name: 'name', example: 'shop' })
  @Answer(200, 'One entry for each edge', healthSchema, { healthy: examples.HEALTH })
  @Refusals(examples.NO_LOAD_BALANCER)
  async health(@Param('name') name: string): Promise<z.output<typeof healthSchema>> {
    const { loadBalancers, edges } = await this.configurations.snapshot();
    const { name: loadBalancer } = pick(loadBalancers, name, 'load balancer');
    return { loadBalancer, edges: edges.map((edge) => this.#healthFrom(edge.name, loadBalancer)) };
  }

  @Get('origins/:name/status')
  @Access('viewer')
  @ApiTags('Origins')
  @Operation('Read an origin’s load against its capacity')
  @ApiParam({ name: 'name', example: 'eu-central' })
  @Answer(200, 'As of the last decision', originStatusSchema, {
    full: examples.ORIGIN_STATUS,
    learnt: examples.LEARNT_STATUS,
    draining: examples.DRAINING_STATUS,
  })
  @Refusals(examples.NO_ORIGIN)
  async originStatus(@Param('name') name: string): Promise<Shown<typeof originStatusSchema>> {
    const { origins, edges } = await this.configurations.snapshot();
    const origin = pick(origins, name, 'origin');
    return originStatus(origin, await this.runner.plan(), originDrain(origin, this.#reportsOf(edges)));
  }

  @Get('edges/:name/status')
  @Access('viewer')
  @ApiTags('Edges')
  @Operation('Read what an edge’s agent last reported')
  @ApiParam({ name: 'name', example: 'ams-1' })
  @Answer(200, 'As of the last report', edgeStatusSchema, { current: examples.EDGE_STATUS })
  @Refusals(examples.NO_EDGE)
  async edgeStatus(@Param('name') name: string): Promise<z.output<typeof edgeStatusSchema>> {
    const edge = pick((await this.configurations.snapshot()).edges, name, 'edge').name;
    const published = (await this.store.findPublication(edge))?.point ?? null;
    return { edge, published, ...agentStatus(this.fleet.find(edge), published) };
  }

  #reportsOf(edges: Configuration['edges']): ReadonlyMap<EdgeName, FleetEntry> {
    return new Map(
      edges.flatMap(({ name }) => {
        const entry = this.fleet.find(name);
        return entry === null ? [] : [[name, entry] as const];
      }),
    );
  }

  #healthFrom(edge: EdgeName, loadBalancer: LoadBalancerName): z.output<typeof healthSchema>['edges'][number] {
    const entry = this.fleet.find(edge);
    const seen = entry?.report.loadBalancers.find((balancer) => balancer.name === loadBalancer);
    const origins = [...(seen?.origins ?? [])].sort((left, right) => byName(left.origin, right.origin));
    return {
      edge,
      lastSeenSeconds: entry === null ? null : entry.ageMs / 1_000,
      origins: origins.map(({ origin, rttMs, lossRatio = null, endpoints }) => ({
        origin: originName(origin),
        rttMs,
        lossRatio,
        endpoints,
      })),
    };
  }
}

function agentStatus(
  entry: FleetEntry | null,
  published: PublicationPoint | null,
): Omit<z.output<typeof edgeStatusSchema>, 'edge' | 'published'> {
  if (entry === null) {
    return {
      agentVersion: null,
      dataPlane: null,
      lastSeenSeconds: null,
      applied: null,
      isCurrent: false,
      announced: null,
      connections: null,
      errors: [],
    };
  }
  const { agentVersion, dataPlane, applied, announced = null, errors } = entry.report;
  const isCurrent =
    published !== null && applied?.term === published.term && applied.generation === published.generation;
  const connections = edgeConnections(entry.report);
  return {
    agentVersion,
    dataPlane,
    lastSeenSeconds: entry.ageMs / 1_000,
    applied,
    isCurrent,
    announced,
    connections,
    errors,
  };
}

function pick<Kind extends Configuration[keyof Configuration]>(
  resources: Kind,
  name: string,
  noun: string,
): Kind[number] {
  const found = resources.find((resource) => resource.name === name);
  if (found === undefined) throw new Problem('not-found', `there is no ${noun} "${name}"`);
  return found;
}
