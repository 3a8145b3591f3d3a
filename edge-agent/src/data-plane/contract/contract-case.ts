import assert from 'node:assert/strict';
import type { Action, ActualService, DataPlane, DataPlaneTraits } from '../data-plane.js';
import { serviceKey, type Destination, type ServiceAddress } from '../service.js';

/** One obligation of the port, as a check that a data plane must pass, starting from a table without these services. */
export interface ContractCase {
  readonly name: string;
  /** Left out where every data plane owes it. */
  readonly isOwedBy?: (traits: DataPlaneTraits) => boolean;
  readonly check: (dataPlane: DataPlane) => Promise<void>;
}

export async function succeed(dataPlane: DataPlane, actions: readonly Action[]): Promise<void> {
  const outcomes = await dataPlane.apply(actions);
  assert.deepEqual(
    outcomes,
    actions.map((action) => ({ action, error: null })),
  );
}

export async function find(dataPlane: DataPlane, address: ServiceAddress): Promise<ActualService | undefined> {
  const services = await dataPlane.read();
  return services.find((service) => serviceKey(service) === serviceKey(address));
}

/** What was asked for, without counters, in a stable order. */
export function settingsOf(service: ActualService | undefined): readonly Destination[] {
  const destinations = (service?.destinations ?? []).map(({ address, port, weight, forwarding }) => ({
    address,
    port,
    weight,
    forwarding,
  }));
  return destinations.sort((left, right) => left.address.localeCompare(right.address));
}
