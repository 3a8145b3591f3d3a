import type { EdgeConfiguration, PublishedLoadBalancer } from '#contracts/edge-configuration.js';
import type { Configuration } from '#core/model/configuration.js';
import type { DeletedLoadBalancer } from '#core/model/deleted-load-balancer.js';
import type { Edge } from '#core/model/edge.js';
import type { LoadBalancer } from '#core/model/load-balancer.js';
import type { EdgeName, LoadBalancerName } from '#core/model/name.js';
import type { EdgeDocument, PublicationPoint } from '#core/ports/scheduler-store.js';
import type { PairWeights } from '#core/quantise/quantise-plan.js';
import { TimeSlices } from '../time-slices.js';

/** An edge's configuration before it has a place in the order of publications. */
type UnnumberedConfiguration = Omit<EdgeConfiguration, 'term' | 'generation'>;

type Endpoints = PairWeights['endpoints'];

/** The document an edge has now, if any. */
export type FindDocument = (edge: EdgeName) => Promise<string | undefined>;

/**
 * What every edge is to do. A load balancer without weights (it has no plan yet, or planning failed) stays as it was last
 * published, so that a configuration never loses a load balancer that operators did not remove; for that alone the last
 * documents are read. `deletions` are those that operators deleted. The event loop turns meanwhile.
 */
export async function edgeDocuments(
  configuration: Configuration,
  weights: readonly PairWeights[],
  findLast: FindDocument,
  deletions: readonly DeletedLoadBalancer[] = [],
): Promise<readonly EdgeDocument[]> {
  const slices = new TimeSlices();
  const endpoints = endpointsByEdge(weights);
  const deleted = deletedNames(deletions, configuration);
  const documents: EdgeDocument[] = [];
  for (const edge of configuration.edges) {
    const decided = endpoints.get(edge.name) ?? new Map<LoadBalancerName, Endpoints>();
    const isWhole = configuration.loadBalancers.every(({ name }) => decided.has(name));
    const last = publishedLoadBalancers(isWhole ? undefined : await findLast(edge.name));
    const loadBalancers = configuration.loadBalancers.flatMap((balancer) => {
      const weighted = decided.get(balancer.name);
      const kept = last.get(balancer.name);
      if (weighted !== undefined) return [publishedLoadBalancer(balancer, weighted)];
      return kept === undefined ? [] : [kept];
    });
    documents.push({ edge: edge.name, document: JSON.stringify(unnumbered(edge, loadBalancers, deleted)) });
    await slices.pause();
  }
  return documents;
}

/**
 * The stored document with its place in the order, as the agent gets it. Written into the text: a thousand agents ask at once,
 * and to read and write each document for that would take as long as all the rest.
 */
export function numberedText(document: string, { term, generation }: PublicationPoint): string {
  return `{"term":${term},"generation":${generation},${document.slice(1)}`;
}

function endpointsByEdge(
  weights: readonly PairWeights[],
): ReadonlyMap<EdgeName, ReadonlyMap<LoadBalancerName, Endpoints>> {
  const byEdge = new Map<EdgeName, Map<LoadBalancerName, Endpoints>>();
  for (const { loadBalancer, edge, endpoints } of weights) {
    let ofEdge = byEdge.get(edge);
    if (ofEdge === undefined) byEdge.set(edge, (ofEdge = new Map<LoadBalancerName, Endpoints>()));
    ofEdge.set(loadBalancer, endpoints);
  }
  return byEdge;
}

function unnumbered(
  edge: Edge,
  loadBalancers: readonly PublishedLoadBalancer[],
  deleted: readonly string[],
): UnnumberedConfiguration {
  return {
    version: 1,
    edge: edge.name,
    state: edge.state,
    loadBalancers: [...loadBalancers],
    ...(deleted.length > 0 && { deletedLoadBalancers: [...deleted] }),
  };
}

/** Read after the configuration: what was deleted since then is still published. */
function deletedNames(
  deletions: readonly DeletedLoadBalancer[],
  { loadBalancers }: Configuration,
): readonly LoadBalancerName[] {
  const declared = new Set(loadBalancers.map(({ name }) => name));
  return deletions.map(({ name }) => name).filter((name) => !declared.has(name));
}

function publishedLoadBalancers(document: string | undefined): ReadonlyMap<string, PublishedLoadBalancer> {
  if (document === undefined) return new Map();
  const { loadBalancers } = JSON.parse(document) as UnnumberedConfiguration;
  return new Map(loadBalancers.map((balancer) => [balancer.name, balancer]));
}

/** What is not used is left out, so that agents which do not know it yet go on reading what they are sent. */
function publishedLoadBalancer(balancer: LoadBalancer, endpoints: Endpoints): PublishedLoadBalancer {
  const { name, addresses, listeners, distribution, forwarding, affinity, healthCheck } = balancer;
  return {
    name,
    addresses: [...addresses],
    listeners: listeners.map((listener) => ({ ...listener })),
    distribution,
    forwarding,
    ...(affinity.type === 'source-ip' && { affinitySeconds: affinity.timeoutSeconds }),
    endpoints: endpoints.map((endpoint) => ({ ...endpoint })),
    healthCheck,
  };
}
