/** The families of events, and what happens in each. */
export type EventType =
  | 'audit.created'
  | 'audit.changed'
  | 'audit.deleted'
  | 'decision.noticed'
  | 'decision.cleared'
  | 'decision.kept'
  | 'health.up'
  | 'health.down'
  | 'agent.arrived'
  | 'agent.lost';

/** Something that happened, as it is about to be written down. */
export interface NewEvent {
  readonly atMs: number;
  readonly type: EventType;
  /** What it is about, as its path under /v1: `origins/eu-central`, `scheduler`. */
  readonly resource: string;
  /** Name of the token that asked for it; `null` where Weir itself did or saw it. */
  readonly actor: string | null;
  /** Of the request that caused it, as in the log; `null` where there was none. */
  readonly requestId: string | null;
  readonly summary: string;
  /** What was there and what is there now, as JSON has it; `null` where there was or is nothing. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface StoredEvent extends NewEvent {
  /** Its place among all events; one that is read later never comes before one that was read. */
  readonly sequence: number;
}
