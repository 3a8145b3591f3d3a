import { ApiContract } from '#testkit/api-contract.js';
import { ADMIN_TOKEN } from '#testkit/control-plane-process.js';
import { WeirApi } from '#testkit/weir-api.js';

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
  /** Whose token is sent; the tests' admin's when left out, none when `null`. */
  readonly token?: string | null;
}

const TIMEOUT_MS = 30_000;

const contract = new ApiContract();

/**
 * Sends one request and reads its answer, whatever its status. Rejects when none comes, and when one comes that is not as
 * openapi.yaml documents it.
 */
export async function callApi(
  url: string,
  { method = 'GET', path, body, headers = {}, token = ADMIN_TOKEN }: ApiRequest,
): Promise<ApiAnswer> {
  const response = await fetch(url + path, {
    method,
    headers: { ...defaultHeaders(method, body, token), ...headers },
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

function defaultHeaders(method: string, body: unknown, token: string | null): Readonly<Record<string, string>> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return {
    ...(token !== null && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': type }),
  };
}

/** Tokens for agents, one for each edge that is asked for. */
export class AgentTokens {
  readonly #secrets = new Map<string, Promise<string>>();

  constructor(private readonly url: string) {}

  of(edge: string): Promise<string> {
    const known = this.#secrets.get(edge);
    if (known !== undefined) return known;
    const secret = new WeirApi({ url: this.url, token: ADMIN_TOKEN }).edgeToken(edge);
    this.#secrets.set(edge, secret);
    return secret;
  }

  /** The token to send a request with, as the edge it is about; `undefined` where it is not about agents. */
  async for({ path, body }: ApiRequest): Promise<string | undefined> {
    if (!path.startsWith('/v1/agent/')) return undefined;
    const named = new URL(path, this.url).searchParams.get('edge') ?? (body as { edge?: string } | undefined)?.edge;
    return this.of(/^[a-z0-9-]+$/.test(named ?? '') ? String(named) : 'ams-1');
  }
}
