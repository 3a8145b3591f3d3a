import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './api-types.js';
import { ApiRefusal, Unreachable } from './errors.js';

export type Schemas = components['schemas'];

export interface ClientOptions {
  /** Without a slash at its end. */
  readonly url: string;
  /** `null` where the control plane asks for none. */
  readonly token: string | null;
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 30_000;

/** The REST API, with the types of `openapi.yaml`. Every call rejects with an `Unreachable` when no answer comes. */
export type WeirClient = Client<paths>;

export function createWeirClient({
  url,
  token,
  fetch = globalThis.fetch,
  timeoutMs = TIMEOUT_MS,
}: ClientOptions): WeirClient {
  return createClient<paths>({
    baseUrl: url,
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    fetch: async (request) => {
      try {
        return await fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]) });
      } catch (cause) {
        throw new Unreachable(url, { cause });
      }
    },
  });
}

/** What openapi-fetch answers: data, or what the API has against it. */
interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of an answer; rejects with an `ApiRefusal` when there is a problem instead. */
export async function dataOf<Data>(answer: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await answer;
  if (response.ok) return data as Data;
  throw new ApiRefusal(response, error);
}
