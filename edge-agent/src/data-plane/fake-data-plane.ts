import type { Problem } from '../problem.js';
import type {
  Action,
  ActionOutcome,
  ActualDestination,
  ActualService,
  DataPlane,
  DataPlaneTraits,
  HostNeeds,
} from './data-plane.js';
import { formatSocket, serviceKey, type ServiceAddress, type SocketAddress } from './service.js';

/** A data plane that can do everything. */
export const ALL_TRAITS: DataPlaneTraits = {
  protocols: ['TCP', 'UDP'],
  forwarding: ['masquerade', 'direct', 'tunnel'],
  acrossFamilies: ['masquerade', 'direct', 'tunnel'],
  hasPortRanges: true,
  hasAffinity: true,
  sourcePorts: { limit: 64_512, usedBy: 'source-nat' },
};

/** A kernel in memory that records what it was asked. It keeps the port's contract, which its spec proves. */
export class FakeDataPlane implements DataPlane {
  readonly kind = 'ipvs';
  readonly applied: Action[] = [];
  readonly needs: HostNeeds[] = [];
  /** What `read` rejects with, while set. */
  readFailure: Error | null = null;
  /** Actions this says `true` to fail. */
  refuses: (action: Action) => boolean = () => false;
  #services: readonly ActualService[] = [];

  constructor(readonly traits = ALL_TRAITS) {}

  /** Puts a service there without anybody's asking: somebody else's, or what an earlier agent left. */
  place(...services: readonly ActualService[]): void {
    this.#services = [...this.#services, ...services];
  }

  /** Changes a destination behind everybody's back: connections come and go, counters grow. */
  touch(service: ServiceAddress, destination: SocketAddress, change: Partial<ActualDestination>): void {
    this.#update(service, (found) => ({
      ...found,
      destinations: found.destinations.map((candidate) =>
        formatSocket(candidate) === formatSocket(destination) ? { ...candidate, ...change } : candidate,
      ),
    }));
  }

  prepare(needs: HostNeeds): Promise<readonly Problem[]> {
    this.needs.push(needs);
    return Promise.resolve([]);
  }

  read(): Promise<readonly ActualService[]> {
    return this.readFailure === null ? Promise.resolve(this.#services) : Promise.reject(this.readFailure);
  }

  apply(actions: readonly Action[]): Promise<readonly ActionOutcome[]> {
    return Promise.resolve(
      actions.map((action) => {
        this.applied.push(action);
        return { action, error: this.#carryOut(action) };
      }),
    );
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  #carryOut(action: Action): string | null {
    if (this.refuses(action)) return 'refused';
    const exists = this.#services.some((service) => serviceKey(service) === serviceKey(action.service));
    if (action.kind === 'add-service' && !exists) {
      const { service, settings } = action;
      this.place({ ...service, settings, counters: { connections: 0 }, destinations: [] });
      return null;
    }
    if (action.kind === 'remove-service') {
      this.#services = this.#services.filter((service) => serviceKey(service) !== serviceKey(action.service));
      return null;
    }
    if (!exists) return action.kind === 'remove-destination' ? null : 'no such service';
    return this.#changeService(action);
  }

  #changeService(action: Exclude<Action, { kind: 'remove-service' }>): string | null {
    if (action.kind === 'add-service' || action.kind === 'set-service') {
      this.#update(action.service, (service) => ({ ...service, settings: action.settings }));
      return null;
    }
    const { destination } = action;
    const isNamed = (candidate: SocketAddress) => formatSocket(candidate) === formatSocket(destination);
    let error: string | null = null;
    this.#update(action.service, (service) => {
      const existing = service.destinations.find(isNamed);
      const others = service.destinations.filter((candidate) => !isNamed(candidate));
      if (action.kind === 'remove-destination') return { ...service, destinations: others };
      if (action.kind === 'set-destination' && existing === undefined) error = 'no such destination';
      if (error !== null) return service;
      const fresh = { activeConnections: 0, inactiveConnections: 0, counters: { connections: 0 } };
      const changed = { ...fresh, ...existing, ...action.destination };
      const destinations =
        existing === undefined
          ? [...others, changed]
          : service.destinations.map((candidate) => (isNamed(candidate) ? changed : candidate));
      return { ...service, destinations };
    });
    return error;
  }

  #update(address: ServiceAddress, change: (service: ActualService) => ActualService): void {
    this.#services = this.#services.map((service) =>
      serviceKey(service) === serviceKey(address) ? change(service) : service,
    );
  }
}
