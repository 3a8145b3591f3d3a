import type { JSX } from 'preact';
import { dataOf } from '#client/weir-client.js';
import { Failure } from '../controls/failure.js';
import { useListLimit } from '../controls/list-limit.js';
import { LoadMeter } from '../controls/meter.js';
import { DrainButton, StateTag } from '../controls/serving-state.js';
import { counted, inPercent, inRate } from '../format/figures.js';
import { useConsole } from '../live/console-context.js';
import { useLive } from '../live/use-live.js';
import { type Overview, useOverview } from '../live/overview-provider.js';
import { LoadChart } from '../overview/load-chart.js';
import { useLoads } from '../overview/use-loads.js';

/** Charts of so many origins at once. */
const MOST_CHARTS = 12;

/** Every origin: what it gets, what it can take, and whether it is in use. */
export function OriginsPage(): JSX.Element {
  const { data, error } = useOverview();
  const series = useLoads();
  const { shown, filter, more } = useListLimit(
    data?.origins ?? [],
    'origins',
    ({ origin, region, state }) => `${origin} ${region} ${state}`,
  );
  return (
    <>
      <div class="head">
        <h1>Origins</h1>
        {filter}
      </div>
      <Failure error={error} />
      <div class="grid">
        <section class="card scrolls">
          <OriginsTable origins={shown} />
          {shown.length === 0 && <p class="empty">No origin is declared, or none fits.</p>}
          {more}
        </section>
        <section class="card" aria-label="Load against capacity">
          <header>
            <h2>Load against capacity</h2>
          </header>
          <div class="twins">
            {shown.slice(0, MOST_CHARTS).map(({ origin, utilization, capacity }) => (
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
      </div>
    </>
  );
}

function OriginsTable({ origins }: { readonly origins: readonly Overview['origins'][number][] }): JSX.Element {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Region</th>
          <th scope="col">State</th>
          <th scope="col">Load</th>
          <th scope="col" class="number">
            Rate
          </th>
          <th scope="col" class="number">
            Capacity
          </th>
          <th scope="col">Health</th>
          <th scope="col">
            <span class="unseen">What can be done</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {origins.map((origin) => (
          <OriginRow key={origin.origin} origin={origin} />
        ))}
      </tbody>
    </table>
  );
}

function OriginRow({ origin: row }: { readonly origin: Overview['origins'][number] }): JSX.Element {
  const { origin, region, state, load, capacity, utilization, endpoints, endpointsDown } = row;
  return (
    <tr>
      <td>{origin}</td>
      <td>{region}</td>
      <td>
        <StateTag state={state} /> {state !== 'active' && <DrainProgress origin={origin} />}
      </td>
      <td>
        <LoadMeter utilization={utilization} />
      </td>
      <td class="number">{inRate(load)}/s</td>
      <td class="number">{capacity === null ? 'not limited' : `${inRate(capacity)}/s`}</td>
      <td>
        {endpointsDown === 0 ? (
          <span class="tag good">{counted(endpoints, 'endpoint')}</span>
        ) : (
          <span class={`tag ${endpointsDown >= endpoints ? 'bad' : 'warn'}`}>
            {endpointsDown} of {endpoints} down
          </span>
        )}
      </td>
      <td class="number">
        <DrainButton kind="origins" name={origin} state={state} />
      </td>
    </tr>
  );
}

/** What is still open at an origin that takes no new connections. */
function DrainProgress({ origin }: { readonly origin: string }): JSX.Element | null {
  const { client } = useConsole();
  const { data } = useLive(`drain ${origin}`, () =>
    dataOf(client.GET('/v1/origins/{name}/status', { params: { path: { name: origin } } })),
  );
  const open = data?.drain?.connections;
  if (open === undefined) return null;
  return <span class="small quiet">{open === 0 ? 'empty' : `${counted(open, 'connection')} left`}</span>;
}
