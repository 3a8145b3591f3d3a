import type { JSX } from 'preact';
import { dataOf, type Schemas } from '#client/weir-client.js';
import { useListLimit } from '../controls/list-limit.js';
import { inMs, inTime } from '../format/figures.js';
import { useConsole } from '../live/console-context.js';
import { useLive } from '../live/use-live.js';

type Seen = Schemas['LoadBalancerHealth']['edges'][number];

/** How each edge sees each origin. */
export function HealthCard({ name }: { readonly name: string }): JSX.Element {
  const { client } = useConsole();
  const { data } = useLive(`health ${name}`, () =>
    dataOf(client.GET('/v1/load-balancers/{name}/health', { params: { path: { name } } })),
  );
  const edges = data?.edges ?? [];
  const { shown, filter, more } = useListLimit(edges, 'edges', ({ edge }) => edge);
  const origins = [...new Set(edges.flatMap((edge) => edge.origins.map(({ origin }) => origin)))].sort();
  return (
    <section class="card" aria-label="Health">
      <header>
        <h2>Health as each edge sees it</h2>
        {filter}
      </header>
      <div class="scrolls">
        <table class="matrix">
          <thead>
            <tr>
              <th scope="col">Edge</th>
              {origins.map((origin) => (
                <th key={origin} scope="col">
                  {origin}
                </th>
              ))}
              <th scope="col">Last seen</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((seen) => (
              <tr key={seen.edge}>
                <th scope="row">{seen.edge}</th>
                {origins.map((origin) => (
                  <td key={origin}>
                    <HealthCell seen={seen.origins.find((one) => one.origin === origin)} />
                  </td>
                ))}
                <td class="quiet">{seen.lastSeenSeconds === null ? 'never' : `${inTime(seen.lastSeenSeconds)} ago`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more}
    </section>
  );
}

function HealthCell({ seen }: { readonly seen: Seen['origins'][number] | undefined }): JSX.Element {
  if (seen === undefined) return <span class="quiet">–</span>;
  const { endpoints, rttMs } = seen;
  const known = endpoints.filter(({ up }) => up !== null);
  const up = known.filter((endpoint) => endpoint.up === true).length;
  if (known.length === 0) return <span class="tag">not probed yet</span>;
  const tone = up === known.length ? 'good' : up === 0 ? 'bad' : 'warn';
  const word = up === known.length ? 'up' : up === 0 ? 'down' : `${up} of ${known.length} up`;
  return (
    <>
      <span class={`tag ${tone}`}>{word}</span> <span class="small quiet">{rttMs === null ? '' : inMs(rttMs)}</span>
    </>
  );
}
