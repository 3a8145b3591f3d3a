export type TelemetryUnavailableCode =
  /** No complete answer within the time-out. */
  | 'timeout'
  /** The caller gave up first. */
  | 'aborted'
  /** No connection, or it broke. */
  | 'unreachable'
  /** An HTTP status other than 200. */
  | 'refused'
  /** A 200 that carries no vector. */
  | 'malformed';

const symptoms: Readonly<Record<TelemetryUnavailableCode, string>> = {
  timeout: 'did not answer in time',
  aborted: 'was not waited for any longer',
  unreachable: 'cannot be reached',
  refused: 'refused a query',
  malformed: 'answered something that is not a query result',
};

/** Prometheus gave no observation. Nothing is known then, and nothing may be guessed. */
export class TelemetryUnavailable extends Error {
  override readonly name = 'TelemetryUnavailable';

  constructor(
    readonly code: TelemetryUnavailableCode,
    /** Without credentials. */
    readonly url: string,
    cause: unknown,
  ) {
    const detail = cause instanceof Error ? `: ${cause.message}` : '';
    super(`Prometheus at ${url} ${symptoms[code]}${detail}; shares stay as they are until it answers`, { cause });
  }
}
