import type { Edge } from './edge.js';
import type { LoadBalancer } from './load-balancer.js';
import type { Origin } from './origin.js';

/** Everything operators declared, as one consistent snapshot. Each list is ordered by name. */
export interface Configuration {
  readonly loadBalancers: readonly LoadBalancer[];
  readonly origins: readonly Origin[];
  readonly edges: readonly Edge[];
}
