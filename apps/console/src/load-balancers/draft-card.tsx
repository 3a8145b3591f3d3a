import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { ApiRefusal } from '#client/errors.js';
import { Choice } from '../controls/choice.js';
import { readDraft, shownDraft } from './draft.js';
import { BalancerForm } from './form/balancer-form.js';
import { balancerPlaces } from './form/balancer-places.js';
import { type FieldError, placeErrors } from './form/placed-errors.js';
import { withValue } from './form/resource-field.js';
import type { Verdict } from './use-draft.js';

interface DraftCardProps {
  readonly isNew: boolean;
  readonly draft: string;
  readonly setDraft: (draft: string) => void;
  readonly verdict: Verdict;
  /** Names of the origins there are. */
  readonly origins: readonly string[];
}

/** The draft as a form, or as the JSON that it is: two views of one text. */
export function DraftCard({ isNew, draft, setDraft, verdict, origins }: DraftCardProps): JSX.Element {
  const [view, setView] = useState<'form' | 'json'>('form');
  const errors = useLastErrors(verdict);
  const read = readDraft(draft);
  return (
    <section class="card" aria-label="The load balancer">
      <header>
        <h2>{view === 'form' ? 'What is left empty gets its default' : 'What is left out gets its default'}</h2>
        <Choice
          label="Edit as"
          value={view}
          options={[
            ['form', 'Form'],
            ['json', 'JSON'],
          ]}
          choose={setView}
        />
      </header>
      {view === 'json' && <JsonField draft={draft} setDraft={setDraft} />}
      {view === 'form' && read.kind === 'unreadable' && (
        <p class="empty">This is no JSON object yet, and no form can show it: {read.problem}</p>
      )}
      {view === 'form' && read.kind === 'resource' && (
        <BalancerForm
          form={{
            resource: read.resource,
            errors: placeErrors(errors, balancerPlaces(read.resource)),
            change: (path, value) => {
              setDraft(shownDraft(withValue(read.resource, path, value)));
            },
          }}
          isNew={isNew}
          origins={origins}
        />
      )}
    </section>
  );
}

function JsonField({ draft, setDraft }: Pick<DraftCardProps, 'draft' | 'setDraft'>): JSX.Element {
  return (
    <label class="field">
      <span class="unseen">As JSON</span>
      <textarea
        spellcheck={false}
        rows={26}
        value={draft}
        onInput={(event) => {
          setDraft(event.currentTarget.value);
        }}
      />
    </label>
  );
}

/** What was wrong when it was last checked: messages do not come and go with every key. */
function useLastErrors(verdict: Verdict): readonly FieldError[] {
  const last = useRef<readonly FieldError[]>([]);
  if (verdict.kind === 'good') last.current = [];
  if (verdict.kind === 'wrong') {
    last.current = verdict.error instanceof ApiRefusal ? (verdict.error.problem?.errors ?? []) : [];
  }
  return last.current;
}
