/** One rule that a change would break. `pointer` is a JSON Pointer (RFC 6901) into the written resource. */
export interface RuleViolation {
  readonly code:
    | 'unknown-origin'
    | 'origin-not-used'
    | 'origin-port'
    | 'manual-shares'
    | 'probe-port'
    | 'port-range'
    | 'listener-overlap'
    | 'capacity-declared'
    | 'address-in-use'
    | 'origin-in-use';
  readonly pointer: string;
  readonly detail: string;
}
