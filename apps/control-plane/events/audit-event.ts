import type { NewEvent } from '#core/model/event.js';
import type { WriteRequest } from '../http/write-request.js';

/** What a write changed; `null` where there was or is nothing. */
export interface Change {
  readonly resource: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The event that tells of a write. */
export function auditEvent({ actor, requestId, atMs }: WriteRequest, { resource, before, after }: Change): NewEvent {
  const verb = before === null ? 'created' : after === null ? 'deleted' : 'changed';
  return {
    atMs,
    type: `audit.${verb}`,
    resource,
    actor,
    requestId,
    summary: `${actor} ${verb} ${resource}`,
    before,
    after,
  };
}
