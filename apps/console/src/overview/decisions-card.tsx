import type { JSX } from 'preact';
import { dataOf, type Schemas } from '#client/weir-client.js';
import { timeOfDay } from '../format/figures.js';
import { REASONS, reasonTone } from '../format/reasons.js';
import { useConsole } from '../live/console-context.js';
import { useLive } from '../live/use-live.js';
import { linkTo } from '../routing/route.js';

const MOST = 40;

/** What the last cycles moved, in words. */
export function DecisionsCard(): JSX.Element {
  const { client } = useConsole();
  const { data } = useLive('decisions', () =>
    dataOf(client.GET('/v1/overview/decisions', { params: { query: { limit: MOST } } })),
  );
  const items = data?.items ?? [];
  return (
    <section class="card" aria-label="Recent decisions">
      <header>
        <h2>Recent decisions</h2>
      </header>
      {items.length === 0 ? (
        <p class="empty">Nothing has moved since this control plane started.</p>
      ) : (
        <ol class="log" tabIndex={0}>
          {items.map((item) => (
            <DecisionItem key={`${item.decidedAt} ${item.sentence}`} item={item} />
          ))}
        </ol>
      )}
    </section>
  );
}

function DecisionItem({ item }: { readonly item: Schemas['RecentDecisions']['items'][number] }): JSX.Element {
  const { decidedAt, loadBalancer, reason, sentence } = item;
  return (
    <li>
      <time dateTime={decidedAt}>{timeOfDay(decidedAt)}</time>
      <div>
        <p class="who">
          <a href={linkTo({ page: 'load-balancer', name: loadBalancer })}>{loadBalancer}</a>
          <span class={`tag ${reasonTone(reason)}`} title={REASONS[reason].meaning}>
            {REASONS[reason].name}
          </span>
        </p>
        {sentence}
      </div>
    </li>
  );
}
