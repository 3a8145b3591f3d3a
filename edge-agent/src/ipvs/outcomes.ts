import type { Action, ActionOutcome, ActualService } from '../data-plane/data-plane.js';
import {
  formatSocket,
  isSameSettings,
  serviceKey,
  type Destination,
  type SocketAddress,
} from '../data-plane/service.js';

/**
 * Which actions the table bears out. `ipvsadm --restore` goes on after a line that the kernel refused, its exit code
 * tells of the last line only, and its messages name no line: the table itself is the only witness.
 */
export function outcomesOf(
  actions: readonly Action[],
  after: readonly ActualService[],
  message: string,
): readonly ActionOutcome[] {
  const services = new Map(after.map((service) => [serviceKey(service), service]));
  return actions.map((action) => ({
    action,
    error: holds(action, services.get(serviceKey(action.service)))
      ? null
      : message.trim() || 'the kernel did not take it',
  }));
}

function holds(action: Action, service: ActualService | undefined): boolean {
  switch (action.kind) {
    case 'add-service':
    case 'set-service':
      return isSameSettings(action.settings, service?.settings);
    case 'remove-service':
      return service === undefined;
    case 'add-destination':
    case 'set-destination':
      return isAs(action.destination, destinationOf(service, action.destination));
    case 'remove-destination':
      return destinationOf(service, action.destination) === undefined;
  }
}

function destinationOf(service: ActualService | undefined, socket: SocketAddress): Destination | undefined {
  return service?.destinations.find((destination) => formatSocket(destination) === formatSocket(socket));
}

function isAs(wanted: Destination, actual: Destination | undefined): boolean {
  return actual?.weight === wanted.weight && actual.forwarding === wanted.forwarding;
}
