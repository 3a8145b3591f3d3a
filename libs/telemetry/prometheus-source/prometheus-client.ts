import {
  PrometheusConnectionOptions,
  PrometheusDriver,
  ResponseType,
  type InstantVector,
  type QueryResult,
} from 'prometheus-query';
import { TelemetryUnavailable, type TelemetryUnavailableCode } from './telemetry-unavailable.js';

/** One element of an instant vector. */
export interface VectorElement {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface PrometheusClientOptions {
  /** Base address, with a path prefix and credentials where there are some: `https://user:secret@host/prometheus`. */
  readonly url: string;
  /** For one batch of queries as a whole. */
  readonly timeoutMs: number;
}

type Shape<Names extends string> = Readonly<Record<Names, string>>;

/**
 * Runs instant queries side by side; answers each one's elements under its name. NaN and infinite elements are left out.
 *
 * One failed query fails them all and stops the others: half an observation would look like a fall in demand.
 * @throws TelemetryUnavailable, and nothing else
 */
export async function instantVectors<Names extends string>(
  queries: Shape<Names>,
  options: PrometheusClientOptions,
  signal: AbortSignal,
): Promise<Readonly<Record<Names, readonly VectorElement[]>>> {
  const failed = new AbortController();
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const driver = prometheusDriver(options, AbortSignal.any([signal, timeout, failed.signal]));
  try {
    const named = Object.entries<string>(queries).map(
      async ([name, query]) => [name, elementsOf(await driver.instantQuery(query))] as const,
    );
    return Object.fromEntries(await Promise.all(named)) as Record<Names, readonly VectorElement[]>;
  } catch (rejection) {
    failed.abort();
    const code = signal.aborted ? 'aborted' : timeout.aborted ? 'timeout' : codeOf(rejection);
    throw new TelemetryUnavailable(code, withoutCredentials(options.url), errorOf(rejection));
  }
}

/** The driver neither takes a signal nor tells the status of an answer that is not JSON; its interceptors make up for both. */
function prometheusDriver({ url, timeoutMs }: PrometheusClientOptions, signal: AbortSignal): PrometheusDriver {
  const connection = new PrometheusConnectionOptions();
  connection.endpoint = url;
  connection.timeout = timeoutMs;
  connection.requestInterceptor = {
    onFulfilled: (request) => {
      // The driver sends our time. Without it Prometheus takes its own, which is the one its samples carry:
      // then a difference between the two clocks neither ages samples nor hides them.
      const parameters: unknown = request.params;
      if (parameters instanceof URLSearchParams) parameters.delete('time');
      return Object.assign(request, { signal, validateStatus: () => true });
    },
  };
  connection.responseInterceptor = {
    onFulfilled: (response) => {
      refuseUnusable(response.status, response.data);
      return response;
    },
  };
  return new PrometheusDriver(connection);
}

/** An answer came, but not to our query. */
class UnusableAnswer extends Error {
  constructor(
    readonly code: 'refused' | 'malformed',
    message: string,
  ) {
    super(message);
  }
}

function refuseUnusable(status: number, body: unknown): void {
  const fields = typeof body === 'object' && body !== null ? body : {};
  const reason = 'error' in fields ? `: ${String(fields.error)}` : '';
  if (status !== 200) throw new UnusableAnswer('refused', `HTTP ${status}${reason}`);
  const isSuccess = 'status' in fields && fields.status === 'success';
  if (!isSuccess) throw new UnusableAnswer('malformed', `no result${reason}`);
}

function elementsOf(result: QueryResult): readonly VectorElement[] {
  if (result.resultType !== ResponseType.VECTOR) {
    throw new UnusableAnswer('malformed', `a ${result.resultType} in place of a vector`);
  }
  // The driver has built these objects itself; its types only do not say so.
  const elements = result.result as readonly InstantVector[];
  return elements
    .map(({ metric, value }) => ({
      labels: metric.labels as Record<string, string>,
      value: (value as { readonly value: number }).value,
    }))
    .filter(({ value }) => Number.isFinite(value));
}

/** What the driver rejects with when a request fails: a plain object, around the error that was thrown. */
interface DriverRejection {
  readonly errorType: string;
  readonly error: string;
  readonly original?: unknown;
}

function isDriverRejection(rejection: unknown): rejection is DriverRejection {
  return typeof rejection === 'object' && rejection !== null && 'errorType' in rejection && 'error' in rejection;
}

function codeOf(rejection: unknown): TelemetryUnavailableCode {
  // Anything else is an exception over the shape of an answer: ours, or that of the driver's parser.
  if (!isDriverRejection(rejection)) return 'malformed';
  if (rejection.original instanceof UnusableAnswer) return rejection.original.code;
  return rejection.errorType === 'timeout_error' ? 'timeout' : 'unreachable';
}

/** The original error holds the whole request, credentials included; only its words may travel on into logs. */
function errorOf(rejection: unknown): Error {
  if (isDriverRejection(rejection)) return new Error(rejection.error);
  return rejection instanceof Error ? rejection : new Error(String(rejection));
}

function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) return url;
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}
