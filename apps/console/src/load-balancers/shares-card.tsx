import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { dataOf, type Schemas } from '#client/weir-client.js';
import { Legend } from '../controls/legend.js';
import { useListLimit } from '../controls/list-limit.js';
import { inRate } from '../format/figures.js';
import { originColour } from '../format/scales.js';
import { useConsole } from '../live/console-context.js';
import { useLive } from '../live/use-live.js';
import { SharesChart } from './shares-chart.js';

/** Charts are large; of so many edges at once. */
const MOST_CHARTS = 6;

interface SharesCardProps {
  readonly name: string;
  readonly explanation: Schemas['Explanation'];
}

/** How the shares came to be what they are, edge by edge, the busiest first. */
export function SharesCard({ name, explanation }: SharesCardProps): JSX.Element {
  const { client } = useConsole();
  const { data } = useLive(`history ${name}`, () =>
    dataOf(client.GET('/v1/load-balancers/{name}/shares/history', { params: { path: { name } } })),
  );
  const origins = useMemo(() => explanation.origins.map(({ origin }) => origin), [explanation]);
  const originsKey = origins.join(' ');
  const stacked = useMemo(() => origins, [originsKey]);
  const edges = useMemo(() => [...explanation.edges].sort((left, right) => right.demand - left.demand), [explanation]);
  const { shown, filter } = useListLimit(edges, 'edges', ({ edge }) => edge);
  const histories = new Map(data?.edges.map(({ edge, changes }) => [edge, changes]));
  const now = Date.parse(data?.decidedAt ?? '') / 1_000;
  return (
    <section class="card" aria-label="Shares over time">
      <header>
        <h2>Shares per edge over time</h2>
        {edges.length > MOST_CHARTS && filter}
      </header>
      <Legend entries={stacked.map((text, index) => ({ text, colour: originColour(index) }))} />
      <div class="twins">
        {shown.slice(0, MOST_CHARTS).map(({ edge, demand, sentence }) => (
          <figure key={edge}>
            <figcaption>
              {edge}
              <span>{inRate(demand)}/s</span>
            </figcaption>
            <SharesChart edge={edge} changes={histories.get(edge) ?? []} origins={stacked} now={now} />
            <p class="small quiet">{sentence}</p>
          </figure>
        ))}
      </div>
      {shown.length > MOST_CHARTS && <p class="quiet small">The busiest {MOST_CHARTS} edges; filter for others.</p>}
    </section>
  );
}
