import type { JSX } from 'preact';
import type { Schemas } from '#client/weir-client.js';
import { inPercent } from '../format/figures.js';
import { linkTo } from '../routing/route.js';
import { LoadChart } from './load-chart.js';
import { useLoads } from './use-loads.js';

/** More charts than this nobody looks at. */
const MOST_CHARTS = 6;

/** Load against capacity over time, of the fullest origins. */
export function OriginsCard({ origins }: { readonly origins: Schemas['Overview']['origins'] }): JSX.Element {
  const series = useLoads();
  const fullest = [...origins]
    .sort((left, right) => (right.utilization ?? 0) - (left.utilization ?? 0) || right.load - left.load)
    .slice(0, MOST_CHARTS);
  return (
    <section class="card" aria-label="Load against capacity">
      <header>
        <h2>Load against capacity{origins.length > MOST_CHARTS ? `, the ${MOST_CHARTS} fullest` : ''}</h2>
        <a class="link small" href={linkTo({ page: 'origins' })}>
          All {origins.length} origins
        </a>
      </header>
      <div class="twins">
        {fullest.map(({ origin, utilization, capacity }) => (
          <figure key={origin}>
            <figcaption>
              {origin}
              <span>{capacity === null ? 'not limited' : inPercent(utilization)}</span>
            </figcaption>
            <LoadChart origin={origin} series={series} />
          </figure>
        ))}
      </div>
    </section>
  );
}
