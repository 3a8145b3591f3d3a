import type { Configuration } from '#core/model/configuration.js';
import { type DeletedLoadBalancer, rememberedDeletions } from '#core/model/deleted-load-balancer.js';
import { byName } from '#core/model/name.js';
import type { ConfigurationChange, ConfigurationStore, ConfigurationWrite } from '#core/ports/configuration-store.js';
import { InMemoryEventStore } from './in-memory-event-store.js';

type Put = Extract<ConfigurationWrite, { action: 'put' }>;

/** Keeps the configuration in memory, as JSON text, so that nobody can change what is stored by holding on to it. */
export class InMemoryConfigurationStore implements ConfigurationStore {
  /** What happened with its changes. */
  readonly events = new InMemoryEventStore();
  #stored: ReadonlyMap<string, string> = new Map();
  #deleted: readonly DeletedLoadBalancer[] = [];
  #refusedName: string | null = null;

  constructor(private readonly nowMs: () => number = Date.now) {}

  snapshot(): Promise<Configuration> {
    return inTurn(() => this.#read());
  }

  deletedLoadBalancers(): Promise<readonly DeletedLoadBalancer[]> {
    return inTurn(() => rememberedDeletions(this.#deleted, this.nowMs()));
  }

  change<Answer>(decide: (current: Configuration) => ConfigurationChange<Answer>): Promise<Answer> {
    return inTurn(() => {
      const { writes, answer, events = [] } = decide(this.#read());
      const next = new Map(this.#stored);
      for (const write of writes) this.#apply(write, next);
      this.#stored = next;
      for (const write of writes) this.#rememberDeletion(write);
      this.events.write(events);
      return answer;
    });
  }

  /** From now on, writing a resource of this name fails, as on a full disk. */
  refuse(name: string): void {
    this.#refusedName = name;
  }

  #apply(write: ConfigurationWrite, next: Map<string, string>): void {
    const name = write.action === 'put' ? write.resource.name : write.name;
    if (name === this.#refusedName) throw new Error(`refused to write ${name}`);
    const key = `${write.kind}/${name}`;
    if (write.action === 'put') next.set(key, JSON.stringify(write));
    else next.delete(key);
  }

  #rememberDeletion(write: ConfigurationWrite): void {
    if (write.kind !== 'load-balancer') return;
    const name = write.action === 'put' ? write.resource.name : write.name;
    const others = this.#deleted.filter((deleted) => deleted.name !== name);
    this.#deleted = write.action === 'put' ? others : [...others, { name, deletedAtMs: this.nowMs() }];
  }

  #read(): Configuration {
    const puts = [...this.#stored.values()]
      .map((text) => JSON.parse(text) as Put)
      .sort((left, right) => byName(left.resource.name, right.resource.name));
    const configuration = {
      loadBalancers: puts.flatMap((put) => (put.kind === 'load-balancer' ? [put.resource] : [])),
      origins: puts.flatMap((put) => (put.kind === 'origin' ? [put.resource] : [])),
      edges: puts.flatMap((put) => (put.kind === 'edge' ? [put.resource] : [])),
    };
    for (const list of Object.values(configuration)) Object.freeze(list);
    return Object.freeze(configuration);
  }
}

/** Calls take effect in the order they are made, none at once. */
function inTurn<T>(action: () => T): Promise<T> {
  return Promise.resolve().then(action);
}
