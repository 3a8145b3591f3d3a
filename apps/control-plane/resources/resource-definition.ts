import type { z } from 'zod';
import type { Configuration } from '#core/model/configuration.js';
import { loadBalancerViolations, originRemovalViolations, originViolations } from '#core/model/configuration-rules.js';
import type { Edge } from '#core/model/edge.js';
import type { LoadBalancer } from '#core/model/load-balancer.js';
import type { Origin } from '#core/model/origin.js';
import type { RuleViolation } from '#core/model/rule-violation.js';
import type { ConfigurationWrite } from '#core/ports/configuration-store.js';
import { edgeSchema } from './edge.schema.js';
import { loadBalancerSchema } from './load-balancer.schema.js';
import { originSchema } from './origin.schema.js';

/** What all three kinds of resources have. */
export interface LabelledResource {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What the three kinds of resources have each for themselves; how they are read and written is the same for all. */
export interface ResourceDefinition<T extends LabelledResource> {
  /** What the API's document calls it, where it is under /v1, and what messages call it. */
  readonly id: string;
  readonly path: string;
  readonly noun: string;
  /** The noun with its article. */
  readonly one: string;
  readonly schema: z.ZodType<T>;
  /** As written by PUT, where the path has the name. */
  readonly replacementSchema: z.ZodType;
  select(configuration: Configuration): readonly T[];
  put(resource: T): ConfigurationWrite;
  remove(name: T['name']): ConfigurationWrite;
  violations(candidate: T, current: Configuration): readonly RuleViolation[];
  removalViolations(name: T['name'], current: Configuration): readonly RuleViolation[];
}

export const LOAD_BALANCER: ResourceDefinition<LoadBalancer> = {
  id: 'LoadBalancer',
  path: 'load-balancers',
  noun: 'load balancer',
  one: 'a load balancer',
  schema: loadBalancerSchema,
  replacementSchema: loadBalancerSchema.partial({ name: true }).meta({ id: 'LoadBalancerReplacement' }),
  select: (configuration) => configuration.loadBalancers,
  put: (resource) => ({ action: 'put', kind: 'load-balancer', resource }),
  remove: (name) => ({ action: 'remove', kind: 'load-balancer', name }),
  violations: loadBalancerViolations,
  removalViolations: () => [],
};

export const ORIGIN: ResourceDefinition<Origin> = {
  id: 'Origin',
  path: 'origins',
  noun: 'origin',
  one: 'an origin',
  schema: originSchema,
  replacementSchema: originSchema.partial({ name: true }).meta({ id: 'OriginReplacement' }),
  select: (configuration) => configuration.origins,
  put: (resource) => ({ action: 'put', kind: 'origin', resource }),
  remove: (name) => ({ action: 'remove', kind: 'origin', name }),
  violations: originViolations,
  removalViolations: originRemovalViolations,
};

export const EDGE: ResourceDefinition<Edge> = {
  id: 'Edge',
  path: 'edges',
  noun: 'edge',
  one: 'an edge',
  schema: edgeSchema,
  replacementSchema: edgeSchema.partial({ name: true }).meta({ id: 'EdgeReplacement' }),
  select: (configuration) => configuration.edges,
  put: (resource) => ({ action: 'put', kind: 'edge', resource }),
  remove: (name) => ({ action: 'remove', kind: 'edge', name }),
  violations: () => [],
  removalViolations: () => [],
};
