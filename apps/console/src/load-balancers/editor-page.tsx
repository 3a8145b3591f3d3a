import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { allPages } from '#client/all-pages.js';
import { dataOf } from '#client/weir-client.js';
import { Failure } from '../controls/failure.js';
import { useConsole } from '../live/console-context.js';
import { linkTo } from '../routing/route.js';
import { Difference } from './difference.js';
import { newDraft, readDraft, shownDraft } from './draft.js';
import { DraftCard } from './draft-card.js';
import { isConflict, useVerdict, type Verdict, write } from './use-draft.js';

/** What is edited: as it was read, with the tag it had then, beside the origins that it can name. */
interface Original {
  readonly text: string;
  readonly tag: string | null;
  readonly origins: readonly string[];
}

/** Changes one load balancer, or creates one; nothing is stored before the difference was seen. */
export function EditorPage({ name }: { readonly name: string | null }): JSX.Element {
  const { client } = useConsole();
  const [original, setOriginal] = useState<Original | null>(null);
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const read = async (isKeepingDraft: boolean): Promise<void> => {
    try {
      const found = name === null ? await emptyDraft(client) : await readOriginal(client, name);
      setOriginal(found.original);
      if (!isKeepingDraft) setDraft(found.draft);
      setError(null);
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    }
  };
  useEffect(() => void read(false), [name]);
  return (
    <>
      <div class="head">
        <h1>{name === null ? 'Create a load balancer' : `Edit ${name}`}</h1>
      </div>
      {original === null || draft === null ? (
        <Failure error={error} />
      ) : (
        <Editor name={name} original={original} draft={draft} setDraft={setDraft} readAgain={() => read(true)} />
      )}
    </>
  );
}

interface EditorProps {
  readonly name: string | null;
  readonly original: Original;
  readonly draft: string;
  readonly setDraft: (draft: string) => void;
  /** Somebody else changed it: compares the draft with what is there now. */
  readonly readAgain: () => Promise<void>;
}

function Editor({ name, original, draft, setDraft, readAgain }: EditorProps): JSX.Element {
  const { client } = useConsole();
  const verdict = useVerdict(draft, name, original.text);
  const [failure, setFailure] = useState<Error | null>(null);
  const save = async (): Promise<void> => {
    const read = readDraft(draft);
    if (read.kind === 'unreadable') return;
    try {
      const stored = await write(client, read.resource, { name, isTried: false, tag: original.tag });
      location.hash = linkTo({ page: 'load-balancer', name: stored.name });
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return (
    <div class="edit">
      <DraftCard
        isNew={name === null}
        draft={draft}
        setDraft={(changed) => {
          setFailure(null);
          setDraft(changed);
        }}
        verdict={verdict}
        origins={original.origins}
      />
      <section class="card grid" aria-label="What would change">
        <VerdictLine verdict={verdict} />
        {isConflict(failure) ? (
          <Conflict
            readAgain={readAgain}
            forget={() => {
              setFailure(null);
            }}
          />
        ) : (
          <Failure error={failure} />
        )}
        {verdict.kind === 'good' && <Difference before={original.text} after={verdict.stored} />}
        <div class="actions">
          <a class="button" href={linkTo(name === null ? { page: 'load-balancers' } : { page: 'load-balancer', name })}>
            Cancel
          </a>
          <button type="button" class="button first" disabled={verdict.kind !== 'good'} onClick={() => void save()}>
            {name === null ? 'Create' : 'Save'}
          </button>
        </div>
      </section>
    </div>
  );
}

function VerdictLine({ verdict }: { readonly verdict: Verdict }): JSX.Element {
  switch (verdict.kind) {
    case 'checking':
      return <p class="quiet">Checking…</p>;
    case 'good':
      return (
        <p class="fine" role="status">
          The control plane would take this.
        </p>
      );
    case 'wrong':
      return <Failure error={verdict.error} />;
  }
}

function Conflict({
  readAgain,
  forget,
}: {
  readonly readAgain: () => Promise<void>;
  readonly forget: () => void;
}): JSX.Element {
  return (
    <div class="problem" role="alert">
      Somebody else changed it while you were editing. Your text is kept; compare it with what is stored now, then save
      again.
      <div class="actions">
        <button type="button" class="button" onClick={() => void readAgain().then(forget)}>
          Compare with the newest
        </button>
      </div>
    </div>
  );
}

type Client = ReturnType<typeof useConsole>['client'];

interface Found {
  readonly original: Original;
  readonly draft: string;
}

async function readOriginal(client: Client, name: string): Promise<Found> {
  const [answer, origins] = await Promise.all([
    client.GET('/v1/load-balancers/{name}', { params: { path: { name } } }),
    originNames(client),
  ]);
  const text = shownDraft(await dataOf(Promise.resolve(answer)));
  return { original: { text, tag: answer.response.headers.get('etag'), origins }, draft: text };
}

/** Two origins make a load balancer that has something to decide. */
async function emptyDraft(client: Client): Promise<Found> {
  const origins = await originNames(client);
  return { original: { text: '', tag: null, origins }, draft: newDraft(origins.slice(0, 2)) };
}

async function originNames(client: Client): Promise<readonly string[]> {
  const origins = await allPages((query) => dataOf(client.GET('/v1/origins', { params: { query } })));
  return origins.map(({ name }) => name);
}
