import type { EdgeConfiguration, PublishedLoadBalancer } from '#contracts/edge-configuration.js';
import type { Configuration } from '#core/model/configuration.js';
import type { Edge } from '#core/model/edge.js';
import type { LoadBalancer } from '#core/model/load-balancer.js';
import type { EdgeDocument } from '#core/ports/scheduler-store.js';
import type { EndpointWeight, PairWeights } from '#core/quantise/quantise-plan.js';

/** An edge's configuration before it has a place in the order of publications. */
type UnnumberedConfiguration = Omit<EdgeConfiguration, 'term' | 'generation'>;

/**
 * What every edge is to do. A load balancer without weights (it has no plan yet, or planning failed) stays as it was last
 * published, so that a configuration never loses a load balancer that operators did not remove.
 */
export function edgeDocuments(
  configuration: Configuration,
  weights: readonly PairWeights[],
  published: readonly EdgeDocument[],
): readonly EdgeDocument[] {
  const endpoints = new Map(weights.map((pair) => [`${pair.loadBalancer}/${pair.edge}`, pair.endpoints]));
  const lastDocuments = new Map(published.map(({ edge, document }) => [edge, document]));
  return configuration.edges.map((edge) => {
    const last = publishedLoadBalancers(lastDocuments.get(edge.name));
    const loadBalancers = configuration.loadBalancers.flatMap((balancer) => {
      const pair = endpoints.get(`${balancer.name}/${edge.name}`);
      const kept = last.get(balancer.name);
      if (pair !== undefined) return [publishedLoadBalancer(balancer, pair)];
      return kept === undefined ? [] : [kept];
    });
    return { edge: edge.name, document: JSON.stringify(unnumbered(edge, loadBalancers)) };
  });
}

/** The stored document with its place in the order, as the agent gets it. */
export function numberedConfiguration(
  document: string,
  point: Pick<EdgeConfiguration, 'term' | 'generation'>,
): EdgeConfiguration {
  const { version, edge, ...rest } = JSON.parse(document) as UnnumberedConfiguration;
  return { version, edge, term: point.term, generation: point.generation, ...rest };
}

function unnumbered(edge: Edge, loadBalancers: readonly PublishedLoadBalancer[]): UnnumberedConfiguration {
  return { version: 1, edge: edge.name, state: edge.state, loadBalancers: [...loadBalancers] };
}

function publishedLoadBalancers(document: string | undefined): ReadonlyMap<string, PublishedLoadBalancer> {
  if (document === undefined) return new Map();
  const { loadBalancers } = JSON.parse(document) as UnnumberedConfiguration;
  return new Map(loadBalancers.map((balancer) => [balancer.name, balancer]));
}

function publishedLoadBalancer(balancer: LoadBalancer, endpoints: readonly EndpointWeight[]): PublishedLoadBalancer {
  const { name, addresses, listeners, distribution, forwarding, healthCheck } = balancer;
  return {
    name,
    addresses: [...addresses],
    listeners: listeners.map(({ protocol, port }) => ({ protocol, port })),
    distribution,
    forwarding,
    endpoints: endpoints.map((endpoint) => ({ ...endpoint })),
    healthCheck,
  };
}
