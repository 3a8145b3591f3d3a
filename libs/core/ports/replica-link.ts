/** What one control plane did that others on the same database should know. What exactly they read from the database. */
export type SharedChange =
  /** Operators' resources. */
  | 'configuration'
  /** A cycle was committed. */
  | 'cycle'
  /** Somebody wants the leader to run one. */
  | 'cycle-wanted';

/** What a control plane hears over its link. Called one after the other; must not throw. */
export interface ReplicaListener {
  /** From now on what others change is told: whatever changed before was perhaps missed, and is to be read again. */
  connected(): void;
  /** Another control plane did something. What this one does itself it is not told. */
  changed(change: SharedChange): void;
  /** This control plane leads from now on, and no other. */
  elected(): void;
  /** It leads no more; another may lead already. */
  deposed(): void;
  /** Nothing is told any more, until `connected`. */
  disconnected(reason: unknown): void;
}

/**
 * Connects the control planes of one database: at most one of them leads, and each hears what the others change.
 *
 * Obligations: `connected` comes before anything else, and again after each `disconnected`; a change that was committed after
 * `connected` is told, or `disconnected` is. Of all that are connected one is elected before long; that a leader was cut off
 * is told to it (`deposed`, then `disconnected`) within seconds, and another is elected. Two may believe to lead for as long
 * as that takes: the term, not the link, keeps the older one from publishing. Connects again by itself, for ever.
 */
export interface ReplicaLink {
  /** Resolves once connected for the first time, and elected if nobody led. */
  start(listener: ReplicaListener): Promise<void>;
  /** Tells the others that a cycle is wanted. */
  wantCycle(): Promise<void>;
  /** Gives the lead up and disconnects, telling the listener so. Resolves once another may lead. */
  stop(): Promise<void>;
}
