import { Controller, Inject, Module, type Provider } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Edge } from '#core/model/edge.js';
import type { LoadBalancer } from '#core/model/load-balancer.js';
import type { Origin } from '#core/model/origin.js';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import { SchedulerLoop } from '../scheduler/scheduler-loop.js';
import { SchedulerModule } from '../scheduler/scheduler.module.js';
import { CONFIGURATION_STORE } from '../tokens.js';
import { EDGE_EXAMPLES, ORIGIN_EXAMPLES } from './examples.js';
import { LOAD_BALANCER_EXAMPLES } from './load-balancer.examples.js';
import { resourceController } from './resource-controller.js';
import { EDGE, type LabelledResource, LOAD_BALANCER, ORIGIN, type ResourceDefinition } from './resource-definition.js';
import { ResourceService } from './resource-service.js';

const LOAD_BALANCERS = Symbol('LoadBalancers');
const ORIGINS = Symbol('Origins');
const EDGES = Symbol('Edges');

@ApiTags('Load balancers')
@Controller('v1/load-balancers')
class LoadBalancersController extends resourceController(LOAD_BALANCER, LOAD_BALANCER_EXAMPLES) {
  constructor(@Inject(LOAD_BALANCERS) resources: ResourceService<LoadBalancer>) {
    super(resources);
  }
}

@ApiTags('Origins')
@Controller('v1/origins')
class OriginsController extends resourceController(ORIGIN, ORIGIN_EXAMPLES) {
  constructor(@Inject(ORIGINS) resources: ResourceService<Origin>) {
    super(resources);
  }
}

@ApiTags('Edges')
@Controller('v1/edges')
class EdgesController extends resourceController(EDGE, EDGE_EXAMPLES) {
  constructor(@Inject(EDGES) resources: ResourceService<Edge>) {
    super(resources);
  }
}

function service<T extends LabelledResource>(token: symbol, definition: ResourceDefinition<T>): Provider {
  return {
    provide: token,
    inject: [CONFIGURATION_STORE, SchedulerLoop],
    useFactory: (store: ConfigurationStore, loop: SchedulerLoop) =>
      // What operators change takes effect at once, not at the next tick.
      new ResourceService(definition, store, () => void loop.sync('configuration-change')),
  };
}

/** What operators declare: load balancers, origins and edges. */
@Module({
  imports: [SchedulerModule],
  controllers: [LoadBalancersController, OriginsController, EdgesController],
  providers: [service(LOAD_BALANCERS, LOAD_BALANCER), service(ORIGINS, ORIGIN), service(EDGES, EDGE)],
})
export class ResourcesModule {}
