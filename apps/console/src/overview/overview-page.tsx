import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Failure } from '../controls/failure.js';
import { BalancersTable } from '../load-balancers/balancers-table.js';
import { useOverview } from '../live/overview-provider.js';
import { linkTo } from '../routing/route.js';
import { DecisionsCard } from './decisions-card.js';
import { FlowDiagram } from './flow-diagram.js';
import { OriginsCard } from './origins-card.js';
import { StatusCard } from './status-card.js';

/** Of the busiest balancers; the others have a page. */
const MOST_BALANCERS = 8;

/** What somebody on call sees first. */
export function OverviewPage(): JSX.Element {
  const { data, error } = useOverview();
  const balancers = useMemo(
    () => [...(data?.loadBalancers ?? [])].sort((left, right) => right.demand - left.demand).slice(0, MOST_BALANCERS),
    [data],
  );
  if (data === null) return error === null ? <p class="empty">Reading…</p> : <Failure error={error} />;
  return (
    <>
      <StatusCard overview={data} />
      <div class="pane">
        <div class="grid">
          <FlowDiagram title="From edges to origins" flows={data.flows} rooms={data.origins} />
          <OriginsCard origins={data.origins} />
        </div>
        <div class="grid">
          <section class="card" aria-label="Load balancers">
            <header>
              <h2>Load balancers</h2>
              <a class="link small" href={linkTo({ page: 'load-balancers' })}>
                All {data.loadBalancers.length}
              </a>
            </header>
            <BalancersTable balancers={balancers} isBrief />
          </section>
          <DecisionsCard />
        </div>
      </div>
    </>
  );
}
