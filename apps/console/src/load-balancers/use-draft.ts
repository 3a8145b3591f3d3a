import { useEffect, useState } from 'preact/hooks';
import { ApiRefusal } from '#client/errors.js';
import { dataOf, type Schemas } from '#client/weir-client.js';
import { useConsole } from '../live/console-context.js';
import { inOrderOf, readDraft, shownDraft } from './draft.js';

type LoadBalancer = Schemas['LoadBalancer'];
type LoadBalancerInput = Schemas['LoadBalancerInput'];

/** What the control plane says to a draft. */
export type Verdict =
  | { readonly kind: 'checking' }
  | { readonly kind: 'good'; readonly stored: string }
  | { readonly kind: 'wrong'; readonly error: Error };

/** Typing goes on meanwhile. */
const CHECK_AFTER_MS = 350;

/** Has a draft checked as it is typed, by a write that is only tried. */
export function useVerdict(text: string, name: string | null, original: string): Verdict {
  const { client } = useConsole();
  const [verdict, setVerdict] = useState<Verdict>({ kind: 'checking' });
  useEffect(() => {
    let isOver = false;
    setVerdict({ kind: 'checking' });
    const check = async (): Promise<Verdict> => {
      const draft = readDraft(text);
      if (draft.kind === 'unreadable') return { kind: 'wrong', error: new Error(draft.problem) };
      try {
        const stored = await write(client, draft.resource, { name, isTried: true, tag: null });
        return { kind: 'good', stored: shownDraft(inOrderOf(modelOf(original, draft.resource), stored)) };
      } catch (error) {
        return { kind: 'wrong', error: error instanceof Error ? error : new Error(String(error)) };
      }
    };
    const timer = setTimeout(() => {
      void check().then((answer) => {
        if (!isOver) setVerdict(answer);
      });
    }, CHECK_AFTER_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [text, name, original, client]);
  return verdict;
}

/** A new one reads as it was typed. */
function modelOf(original: string, typed: LoadBalancerInput): unknown {
  return original === '' ? typed : (JSON.parse(original) as unknown);
}

export interface WriteOptions {
  /** `null` to create. */
  readonly name: string | null;
  /** Checked and answered as if it were done. */
  readonly isTried: boolean;
  /** Of what the draft was made from: nobody else's change is overwritten. */
  readonly tag: string | null;
}

/** Creates or replaces; rejects with an `ApiRefusal`. */
export async function write(
  client: ReturnType<typeof useConsole>['client'],
  resource: LoadBalancerInput,
  { name, isTried, tag }: WriteOptions,
): Promise<LoadBalancer> {
  const query = { dryRun: isTried ? ('true' as const) : ('false' as const) };
  if (name === null) return dataOf(client.POST('/v1/load-balancers', { params: { query }, body: resource }));
  const header = tag === null ? {} : { 'If-Match': tag };
  return dataOf(client.PUT('/v1/load-balancers/{name}', { params: { path: { name }, query, header }, body: resource }));
}

export function isConflict(error: unknown): boolean {
  return error instanceof ApiRefusal && error.status === 412;
}
