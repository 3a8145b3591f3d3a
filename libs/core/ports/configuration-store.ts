import type { Configuration } from '../model/configuration.js';
import type { DeletedLoadBalancer } from '../model/deleted-load-balancer.js';
import type { Edge } from '../model/edge.js';
import type { NewEvent } from '../model/event.js';
import type { LoadBalancer } from '../model/load-balancer.js';
import type { EdgeName, LoadBalancerName, OriginName } from '../model/name.js';
import type { Origin } from '../model/origin.js';

/** One write to what operators declared. `put` creates or replaces. */
export type ConfigurationWrite =
  | { readonly action: 'put'; readonly kind: 'load-balancer'; readonly resource: LoadBalancer }
  | { readonly action: 'put'; readonly kind: 'origin'; readonly resource: Origin }
  | { readonly action: 'put'; readonly kind: 'edge'; readonly resource: Edge }
  | { readonly action: 'remove'; readonly kind: 'load-balancer'; readonly name: LoadBalancerName }
  | { readonly action: 'remove'; readonly kind: 'origin'; readonly name: OriginName }
  | { readonly action: 'remove'; readonly kind: 'edge'; readonly name: EdgeName };

/** A decided change: what to write, and what to answer whoever asked. */
export interface ConfigurationChange<Answer> {
  readonly writes: readonly ConfigurationWrite[];
  readonly answer: Answer;
  /** Stored with the writes or not at all. */
  readonly events?: readonly NewEvent[];
}

/**
 * Keeps what operators declared.
 *
 * Obligations: `snapshot` is consistent across all kinds, ordered by name, and nobody can change it: it may be the same object
 * for all who ask between two changes. `change` hands `decide` the configuration
 * as it is with no other change under way, then writes all of the decided writes or none; when `decide` throws, nothing
 * is written and the error reaches the caller. `decide` may be called again when another change came first, so it only
 * decides. What `change` resolved for has been stored durably. A load balancer that was removed is remembered with the
 * change that removes it, until one of its name is put again, or `rememberedDeletions` drops it.
 */
export interface ConfigurationStore {
  snapshot(): Promise<Configuration>;
  /** Ordered by name. */
  deletedLoadBalancers(): Promise<readonly DeletedLoadBalancer[]>;
  change<Answer>(decide: (current: Configuration) => ConfigurationChange<Answer>): Promise<Answer>;
}

/** What a store remembers of what it read, where others change the same database. */
export interface ConfigurationMemory {
  /** Somebody else changed the configuration. */
  forget(): void;
  /** Whether what is read may be remembered until `forget`. */
  setRemembering(isRemembering: boolean): void;
}
