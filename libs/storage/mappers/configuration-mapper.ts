import type { Configuration } from '#core/model/configuration.js';
import type { Edge } from '#core/model/edge.js';
import type { LoadBalancer } from '#core/model/load-balancer.js';
import { byName } from '#core/model/name.js';
import type { Origin } from '#core/model/origin.js';
import type { ConfigurationWrite } from '#core/ports/configuration-store.js';
import type { ResourceKind, ResourceRow } from '../entities/resource-entity.js';
import { readDocument } from './json-document.js';

export function toResourceRow({ kind, resource }: Extract<ConfigurationWrite, { action: 'put' }>): ResourceRow {
  return { kind, name: resource.name, document: JSON.stringify(resource) };
}

/** Rows in any order; the database's collation would not sort as the domain does. Throws `UnreadableDocument`. */
export function toConfiguration(rows: readonly ResourceRow[]): Configuration {
  const sorted = rows.toSorted((left, right) => byName(left.name, right.name));
  return {
    loadBalancers: (documentsOf(sorted, 'load-balancer') as StoredLoadBalancer[]).map(withAffinity),
    origins: documentsOf(sorted, 'origin') as Origin[],
    edges: documentsOf(sorted, 'edge') as Edge[],
  };
}

/** Those that were written before there was an affinity have none. */
type StoredLoadBalancer = Omit<LoadBalancer, 'affinity'> & Partial<Pick<LoadBalancer, 'affinity'>>;

function withAffinity({ affinity = { type: 'none' }, ...stored }: StoredLoadBalancer): LoadBalancer {
  return { ...stored, affinity };
}

function documentsOf(rows: readonly ResourceRow[], kind: ResourceKind): unknown[] {
  return rows
    .filter((row) => row.kind === kind)
    .map((row) => readDocument(row.document, { table: 'resources', key: `${kind}/${row.name}` }));
}
