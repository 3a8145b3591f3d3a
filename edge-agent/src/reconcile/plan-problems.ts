import type { Action, ActionOutcome } from '../data-plane/data-plane.js';
import { destinationKey, serviceKey } from '../data-plane/service.js';
import type { Problem } from '../problem.js';
import { explainFailure } from '../process/explain-failure.js';
import type { Reconciliation } from './reconcile.js';

export function foreignServices({ foreign }: Pick<Reconciliation, 'foreign'>): readonly Problem[] {
  return foreign.map((service) => ({
    code: 'foreign-service',
    message: `${serviceKey(service)} exists and was not made by this agent; remove it, and the agent makes its own`,
  }));
}

export function failedActions(outcomes: readonly ActionOutcome[]): readonly Problem[] {
  return outcomes.flatMap(({ action, error }) =>
    error === null ? [] : [explainFailure(`${describe(action)}: ${error}`, 'action-failed')],
  );
}

function describe(action: Action): string {
  const subject =
    'destination' in action ? destinationKey(action.service, action.destination) : serviceKey(action.service);
  return `${action.kind} ${subject}`;
}
