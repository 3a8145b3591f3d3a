import type { Action } from '../data-plane/data-plane.js';
import {
  formatSocket,
  type Destination,
  type Distribution,
  type ForwardingMethod,
  type ServiceAddress,
} from '../data-plane/service.js';
import { schedulerOf } from './scheduler.js';

const FORWARDING_FLAGS: Readonly<Record<ForwardingMethod, string>> = { masquerade: '-m', direct: '-g', tunnel: '-i' };

/** The input of `ipvsadm --restore`: one line for each action, in their order. */
export function renderRestore(actions: readonly Action[]): string {
  return actions.map((action) => `${renderAction(action)}\n`).join('');
}

function renderAction(action: Action): string {
  const service = renderService(action.service);
  switch (action.kind) {
    case 'add-service':
      return `-A ${service} ${renderScheduler(action.settings.distribution)}`;
    case 'set-service':
      return `-E ${service} ${renderScheduler(action.settings.distribution)}`;
    case 'remove-service':
      return `-D ${service}`;
    case 'add-destination':
      return `-a ${service} ${renderDestination(action.destination)}`;
    case 'set-destination':
      return `-e ${service} ${renderDestination(action.destination)}`;
    case 'remove-destination':
      return `-d ${service} -r ${formatSocket(action.destination)}`;
  }
}

function renderService(service: ServiceAddress): string {
  return `-t ${formatSocket(service)}`;
}

function renderScheduler(distribution: Distribution): string {
  const { name, flags } = schedulerOf(distribution);
  return flags.length === 0 ? `-s ${name}` : `-s ${name} -b ${flags.join()}`;
}

function renderDestination(destination: Destination): string {
  return `-r ${formatSocket(destination)} ${FORWARDING_FLAGS[destination.forwarding]} -w ${destination.weight}`;
}
