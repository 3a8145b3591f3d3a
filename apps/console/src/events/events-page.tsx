import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { dataOf } from '#client/weir-client.js';
import { Choice } from '../controls/choice.js';
import { Failure } from '../controls/failure.js';
import { useListLimit } from '../controls/list-limit.js';
import { useConsole, useUpdates } from '../live/console-context.js';
import type { WeirEvent } from '../live/live-updates.js';
import { linkToResource } from '../routing/route.js';
import { Difference } from '../load-balancers/difference.js';

const FAMILIES = [
  ['all', 'All'],
  ['audit', 'Changes'],
  ['decision', 'Decisions'],
  ['health', 'Health'],
  ['agent', 'Agents'],
] as const;

type Family = (typeof FAMILIES)[number][0];

const MOST = 200;

/** What happened, and who did it; new events come by themselves. */
export function EventsPage(): JSX.Element {
  const { client } = useConsole();
  const [family, setFamily] = useState<Family>('all');
  const [past, setPast] = useState<readonly WeirEvent[]>([]);
  const [error, setError] = useState<Error | null>(null);
  const { events: live } = useUpdates();
  useEffect(() => {
    const query = { limit: MOST, ...(family !== 'all' && { type: family }) };
    dataOf(client.GET('/v1/events', { params: { query } })).then(
      ({ items }) => {
        setPast(items);
        setError(null);
      },
      (failure: unknown) => {
        setError(failure instanceof Error ? failure : new Error(String(failure)));
      },
    );
  }, [client, family]);
  const all = merged(live, past).filter(({ type }) => family === 'all' || type.startsWith(`${family}.`));
  const { shown, filter, more } = useListLimit(
    all,
    'events',
    ({ summary, resource, actor }) => `${summary} ${resource} ${actor ?? ''}`,
  );
  return (
    <>
      <div class="head">
        <h1>Events</h1>
        <Choice
          label="Kind of event"
          value={family}
          options={FAMILIES}
          choose={(chosen) => {
            setFamily(chosen);
          }}
        />
        {filter}
      </div>
      <Failure error={error} />
      <section class="card">
        <ol aria-label="Events, newest first">
          {shown.map((event) => (
            <EventItem key={event.sequence} event={event} />
          ))}
        </ol>
        {shown.length === 0 && <p class="empty">Nothing of this kind has happened.</p>}
        {more}
      </section>
    </>
  );
}

/** Newest first, each once. */
function merged(live: readonly WeirEvent[], past: readonly WeirEvent[]): readonly WeirEvent[] {
  const newest = past[0]?.sequence ?? 0;
  return [...live.filter(({ sequence }) => sequence > newest), ...past];
}

const TONES: Readonly<Record<WeirEvent['type'], string>> = {
  'audit.created': '',
  'audit.changed': '',
  'audit.deleted': 'warn',
  'decision.noticed': 'warn',
  'decision.cleared': 'good',
  'decision.kept': 'bad',
  'health.up': 'good',
  'health.down': 'bad',
  'agent.arrived': 'good',
  'agent.lost': 'bad',
};

function EventItem({ event }: { readonly event: WeirEvent }): JSX.Element {
  const { at, type, resource, summary, before, after } = event;
  const hasContent = (before ?? null) !== null || (after ?? null) !== null;
  return (
    <li class="event">
      <time dateTime={at}>{new Date(at).toLocaleString(undefined, { hour12: false })}</time>
      <span class={`tag ${TONES[type]}`}>{type}</span>
      <div>
        <a href={linkToResource(resource)}>{summary}</a>
        {hasContent && (
          <details>
            <summary>Before and after</summary>
            <Difference before={textOf(before)} after={textOf(after)} />
          </details>
        )}
      </div>
    </li>
  );
}

function textOf(value: unknown): string {
  return (value ?? null) === null ? '' : `${JSON.stringify(value, null, 2)}\n`;
}
