import { UsageError } from '../failure.js';
import type { Context, Contexts } from './context-schema.js';

export interface ContextWish {
  /** `--context`. */
  readonly name?: string | undefined;
  /** `--url` or `WEIR_URL`: no context is needed then. */
  readonly url?: string | undefined;
  /** `WEIR_TOKEN`, which wins over what a context has. */
  readonly token?: string | undefined;
}

/** Which control plane a command talks to; throws a `UsageError` that says how to name one. */
export function chooseContext({ current, contexts }: Contexts, { name, url, token }: ContextWish): Context {
  const chosen = name ?? (url === undefined ? current : undefined);
  const stored = chosen === undefined ? undefined : contexts[chosen];
  if (chosen !== undefined && stored === undefined) throw new UsageError(unknownContext(chosen, Object.keys(contexts)));
  const address = url ?? stored?.url;
  if (address === undefined)
    throw new UsageError('no control plane is chosen; run `weirctl login <url>`, or set WEIR_URL');
  return { ...stored, url: address.replace(/\/+$/, ''), ...(token !== undefined && { token }) };
}

export function unknownContext(name: string, known: readonly string[]): string {
  const rest = known.length === 0 ? 'there is none yet; run `weirctl login <url>`' : `there are: ${known.join(', ')}`;
  return `there is no context "${name}"; ${rest}`;
}
