export type TelemetryUnavailableCode =
  /** No complete answer within the time-out. */
  | 'timeout'
  /** The caller gave up first. */
  | 'aborted'
  /** No connection, or it broke. */
  | 'unreachable'
  /** An HTTP status other than 200. */
  | 'refused'
  /** A 200 that does not carry what was asked for. */
  | 'malformed';

const symptoms: Readonly<Record<TelemetryUnavailableCode, string>> = {
  timeout: 'did not answer in time',
  aborted: 'was not waited for any longer',
  unreachable: 'cannot be reached',
  refused: 'refused a query',
  malformed: 'answered something that cannot be used',
};

/** Prometheus gave no observation. Nothing is known then, and nothing may be guessed. */
export class TelemetryUnavailable extends Error {
  override readonly name = 'TelemetryUnavailable';
  /** What Prometheus did, in words that follow its name. */
  readonly symptom: string;

  constructor(
    readonly code: TelemetryUnavailableCode,
    /** Without credentials. */
    readonly url: string,
    cause: unknown,
  ) {
    const detail = cause instanceof Error ? `: ${cause.message}` : '';
    const symptom = `${symptoms[code]}${detail}`;
    super(`Prometheus at ${url} ${symptom}; shares stay as they are until it answers`, { cause });
    this.symptom = symptom;
  }
}
