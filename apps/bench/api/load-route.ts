import autocannon from 'autocannon';

export interface RouteFigures {
  readonly requestsPerSecond: number;
  readonly meanMs: number;
  readonly p99Ms: number;
}

export interface Route {
  readonly url: string;
  readonly method: 'GET' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** The body of the request of that number; each is another, so that each is a change. */
  readonly bodyOf?: (count: number) => object;
}

const CONNECTIONS = 10;
const WARM_UP_SECONDS = 3;
const MEASURED_SECONDS = 10;

/** Asks a route from ten connections, each as soon as it has its answer. Rejects when an answer is not a success. */
export async function loadRoute(route: Route): Promise<RouteFigures> {
  await fire(route, WARM_UP_SECONDS);
  const { requests, latency, non2xx, errors } = await fire(route, MEASURED_SECONDS);
  if (non2xx + errors > 0) throw new Error(`${route.method} ${route.url}: ${non2xx} refusals, ${errors} errors`);
  return { requestsPerSecond: requests.average, meanMs: latency.average, p99Ms: latency.p99 };
}

let sent = 0;

function fire({ url, method, headers = {}, bodyOf }: Route, seconds: number): Promise<autocannon.Result> {
  const sending: autocannon.Request = {
    method,
    headers: { ...headers, ...(bodyOf !== undefined && { 'content-type': 'application/json' }) },
    ...(bodyOf !== undefined && {
      setupRequest: (request: autocannon.Request) => ({ ...request, body: JSON.stringify(bodyOf((sent += 1))) }),
    }),
  };
  return autocannon({ url, connections: CONNECTIONS, duration: seconds, requests: [sending] });
}
