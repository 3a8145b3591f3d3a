import { PrometheusConnectionOptions, PrometheusDriver } from 'prometheus-query';
import type { TelemetryUnavailableCode } from './telemetry-unavailable.js';

/** An answer came, but not one to our query. */
export class UnusableAnswer extends Error {
  constructor(
    readonly code: 'refused' | 'malformed',
    message: string,
  ) {
    super(message);
  }
}

/**
 * A driver for queries that end when `signal` aborts. It neither takes a signal nor tells the status of an answer that is not
 * JSON by itself; its interceptors make up for both.
 */
export function connectPrometheus(url: string, timeoutMs: number, signal: AbortSignal): PrometheusDriver {
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

function refuseUnusable(status: number, body: unknown): void {
  const fields = typeof body === 'object' && body !== null ? body : {};
  const reason = 'error' in fields ? `: ${String(fields.error)}` : '';
  if (status !== 200) throw new UnusableAnswer('refused', `HTTP ${status}${reason}`);
  const isSuccess = 'status' in fields && fields.status === 'success';
  if (!isSuccess) throw new UnusableAnswer('malformed', `no result${reason}`);
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

export function codeOf(rejection: unknown): TelemetryUnavailableCode {
  // Anything else is an exception over the shape of an answer: ours, or that of the driver's parser.
  if (!isDriverRejection(rejection)) return 'malformed';
  if (rejection.original instanceof UnusableAnswer) return rejection.original.code;
  return rejection.errorType === 'timeout_error' ? 'timeout' : 'unreachable';
}

/** The original error holds the whole request, credentials included; only its words may travel on into logs. */
export function errorOf(rejection: unknown): Error {
  if (isDriverRejection(rejection)) return new Error(rejection.error);
  return rejection instanceof Error ? rejection : new Error(String(rejection));
}
