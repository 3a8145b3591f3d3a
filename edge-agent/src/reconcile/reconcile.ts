import type { Action, ActualDestination, ActualService } from '../data-plane/data-plane.js';
import {
  addressOf,
  destinationKey,
  formatSocket,
  isSameSettings,
  serviceKey,
  type Destination,
  type Service,
  type ServiceAddress,
} from '../data-plane/service.js';

export interface ReconcileInput {
  readonly desired: readonly Service[];
  readonly actual: readonly ActualService[];
  /** Keys of the services this agent made, or was about to make. */
  readonly owned: ReadonlySet<string>;
  /** Deadline of each destination that is on its way out, by destination key. */
  readonly draining: ReadonlyMap<string, number>;
  /** On the clock of the deadlines. */
  readonly nowMs: number;
  /** How long a removed destination may keep its connections. */
  readonly drainMs: number;
}

export interface Reconciliation {
  /** In the order they must be carried out. */
  readonly actions: readonly Action[];
  /** To be stored before the actions are carried out: a crash in between must not make our own services foreign. */
  readonly owned: ReadonlySet<string>;
  readonly draining: ReadonlyMap<string, number>;
  /** Desired services that somebody else made. They stay untouched: two masters of one service would fight for ever. */
  readonly foreign: readonly ServiceAddress[];
  /** Owned services that are not desired any more and still exist. */
  readonly departing: readonly ServiceAddress[];
}

interface ServicePlan {
  readonly actions: readonly Action[];
  readonly draining: readonly (readonly [string, number])[];
}

/**
 * The way from the actual table to the desired one. Within a service: additions and new weights first, then departures.
 * A departing destination gets weight 0 and leaves once it has no connections or its deadline has passed; a departing
 * service first loses its destinations that way. Services that are not owned never occur in an action.
 */
export function reconcile(input: ReconcileInput): Reconciliation {
  const actual = new Map(input.actual.map((service) => [serviceKey(service), service]));
  const desiredKeys = new Set(input.desired.map(serviceKey));
  const isForeign = (service: ServiceAddress) =>
    actual.has(serviceKey(service)) && !input.owned.has(serviceKey(service));
  const wanted = input.desired.filter((service) => !isForeign(service));
  const unwanted = input.actual.filter((service) => !desiredKeys.has(serviceKey(service)) && !isForeign(service));
  const plans = [
    ...wanted.map((service) => establish(service, actual.get(serviceKey(service)), input)),
    ...unwanted.map((service) => dissolve(service, input)),
  ];
  return {
    actions: plans.flatMap((plan) => plan.actions),
    owned: new Set([...wanted, ...unwanted].map(serviceKey)),
    draining: new Map(plans.flatMap((plan) => plan.draining)),
    foreign: input.desired.filter(isForeign).map(addressOf),
    departing: unwanted.map(addressOf),
  };
}

function establish(desired: Service, actual: ActualService | undefined, input: ReconcileInput): ServicePlan {
  const service = addressOf(desired);
  const wanted = new Set(desired.destinations.map(formatSocket));
  const found = new Map((actual?.destinations ?? []).map((destination) => [formatSocket(destination), destination]));
  const departures = departing(
    service,
    [...found].filter(([key]) => !wanted.has(key)).map(([, destination]) => destination),
    input,
  );
  return {
    actions: [
      ...establishService(desired, actual),
      ...desired.destinations.flatMap((destination) => establishDestination(service, destination, found)),
      ...departures.actions,
    ],
    draining: departures.draining,
  };
}

function establishService(desired: Service, actual: ActualService | undefined): readonly Action[] {
  if (isSameSettings(desired.settings, actual?.settings)) return [];
  const kind = actual === undefined ? 'add-service' : 'set-service';
  return [{ kind, service: addressOf(desired), settings: desired.settings }];
}

function establishDestination(
  service: ServiceAddress,
  destination: Destination,
  found: ReadonlyMap<string, ActualDestination>,
): readonly Action[] {
  const existing = found.get(formatSocket(destination));
  if (existing === undefined) return [{ kind: 'add-destination', service, destination }];
  if (existing.weight === destination.weight && existing.forwarding === destination.forwarding) return [];
  return [{ kind: 'set-destination', service, destination }];
}

function dissolve(actual: ActualService, input: ReconcileInput): ServicePlan {
  const service = addressOf(actual);
  const departures = departing(service, actual.destinations, input);
  const gone = departures.actions.filter((action) => action.kind === 'remove-destination').length;
  if (gone < actual.destinations.length) return departures;
  return { actions: [...departures.actions, { kind: 'remove-service', service }], draining: departures.draining };
}

function departing(
  service: ServiceAddress,
  destinations: readonly ActualDestination[],
  { draining, nowMs, drainMs }: ReconcileInput,
): ServicePlan {
  const departures = destinations.map((destination) => {
    const key = destinationKey(service, destination);
    const deadlineMs = draining.get(key) ?? nowMs + drainMs;
    // The deadline is kept until the destination is seen to be gone: a failed removal must not start it anew.
    return { action: departure(service, destination, nowMs >= deadlineMs), deadline: [key, deadlineMs] as const };
  });
  return {
    actions: departures.flatMap(({ action }) => (action === null ? [] : [action])),
    draining: departures.map(({ deadline }) => deadline),
  };
}

function departure(service: ServiceAddress, destination: ActualDestination, isOverdue: boolean): Action | null {
  const { address, port, weight, forwarding, activeConnections, inactiveConnections } = destination;
  const isIdle = weight === 0 && activeConnections + inactiveConnections === 0;
  if (isOverdue || isIdle) return { kind: 'remove-destination', service, destination: { address, port } };
  if (weight === 0) return null;
  return { kind: 'set-destination', service, destination: { address, port, weight: 0, forwarding } };
}
