import { ApiRefusal } from '#client/errors.js';
import { createWeirClient, dataOf, type Schemas, type WeirClient } from '#client/weir-client.js';

/** Gone with the tab; no other site, and no later user of the machine, finds it. */
const KEY = 'weir-token';

export function storedToken(): string | null {
  return sessionStorage.getItem(KEY);
}

export function storeToken(token: string | null): void {
  if (token === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
}

/** A client whose owner is told when the token is not taken any more. */
export function clientFor(token: string | null, expired: (message: string) => void): WeirClient {
  return createWeirClient({
    url: location.origin,
    token,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (response.status === 401) expired(EXPIRED);
      return response;
    },
  });
}

export const EXPIRED = 'Your token has expired or was revoked. Sign in with another one.';

/** What became of a try to come in. */
export type Entry =
  | { readonly outcome: 'in'; readonly overview: Schemas['Overview'] }
  | { readonly outcome: 'refused'; readonly message: string }
  | { readonly outcome: 'unreachable'; readonly message: string };

/**
 * Whether the control plane takes the token; without one, whether it asks for any. What everybody sees first is read at once,
 * so that nobody waits for two answers.
 */
export async function tryToken(token: string | null): Promise<Entry> {
  try {
    const overview = await dataOf(createWeirClient({ url: location.origin, token }).GET('/v1/overview'));
    return { outcome: 'in', overview };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isRefused = error instanceof ApiRefusal && (error.status === 401 || error.status === 403);
    return { outcome: isRefused ? 'refused' : 'unreachable', message };
  }
}
