import { isIPv6 } from 'node:net';
import type { Action } from '../data-plane/data-plane.js';
import {
  formatSocket,
  type Destination,
  type ForwardingMethod,
  type Protocol,
  type ServiceAddress,
  type ServiceSettings,
} from '../data-plane/service.js';
import { schedulerOf } from './scheduler.js';

const FORWARDING_FLAGS: Readonly<Record<ForwardingMethod, string>> = { masquerade: '-m', direct: '-g', tunnel: '-i' };
const PROTOCOL_FLAGS: Readonly<Record<Protocol, string>> = { TCP: '-t', UDP: '-u' };

/** The firewall mark of a range of ports; `undefined` for a service on one port. */
export type MarkOf = (service: ServiceAddress) => number | undefined;

/** The input of `ipvsadm --restore`: one line for each action, in their order. */
export function renderRestore(actions: readonly Action[], markOf: MarkOf): string {
  return actions.map((action) => `${renderAction(action, renderService(action.service, markOf))}\n`).join('');
}

function renderAction(action: Action, service: string): string {
  switch (action.kind) {
    case 'add-service':
      return `-A ${service} ${renderSettings(action.settings)}`;
    case 'set-service':
      return `-E ${service} ${renderSettings(action.settings)}`;
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

/** The family of a mark is said; that of an address is seen. */
function renderService(service: ServiceAddress, markOf: MarkOf): string {
  const mark = markOf(service);
  if (mark !== undefined) return `-f ${mark}${isIPv6(service.address) ? ' -6' : ''}`;
  return `${PROTOCOL_FLAGS[service.protocol]} ${formatSocket(service)}`;
}

/** Persistence without a mask is that of a single address, in both families. */
function renderSettings({ distribution, affinitySeconds }: ServiceSettings): string {
  const { name, flags } = schedulerOf(distribution);
  const words = ['-s', name, ...(affinitySeconds === null ? [] : ['-p', String(affinitySeconds)])];
  return [...words, ...(flags.length === 0 ? [] : ['-b', flags.join()])].join(' ');
}

function renderDestination(destination: Destination): string {
  return `-r ${formatSocket(destination)} ${FORWARDING_FLAGS[destination.forwarding]} -w ${destination.weight}`;
}
