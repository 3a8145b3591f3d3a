import { ApiContract } from '#testkit/api-contract.js';

/** An answer of the API, read whole. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON; the text otherwise, empty when there is none. */
  readonly body: unknown;
}

/** What the API answers to a request it refuses. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
}

export interface ApiRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  readonly path: string;
  /** Sent as JSON, a PATCH as a merge patch; or as it is when it is text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 30_000;

const contract = new ApiContract();

/**
 * Sends one request and reads its answer, whatever its status. Rejects when none comes, and when one comes that is not as
 * openapi.yaml documents it.
 */
export async function callApi(
  url: string,
  { method = 'GET', path, body, headers = {} }: ApiRequest,
): Promise<ApiAnswer> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const response = await fetch(url + path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': type }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
  const parsed: unknown = isJson && text !== '' ? JSON.parse(text) : text;
  const answer = { status: response.status, headers: response.headers, body: parsed };
  const breaches = contract.breaches({ ...answer, method, path });
  if (breaches.length > 0) {
    throw new Error(
      `${method} ${path} was not answered as documented: ${breaches.join('; ')}\n${text.slice(0, 2_000)}`,
    );
  }
  return answer;
}
