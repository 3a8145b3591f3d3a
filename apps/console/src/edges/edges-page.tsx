import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { dataOf } from '#client/weir-client.js';
import { Failure } from '../controls/failure.js';
import { useListLimit } from '../controls/list-limit.js';
import { DrainButton, StateTag } from '../controls/serving-state.js';
import { counted, inMs, inRate, inTime } from '../format/figures.js';
import { useConsole } from '../live/console-context.js';
import { useLive } from '../live/use-live.js';
import { type Overview, useOverview } from '../live/overview-provider.js';

type Edge = Overview['edges'][number];

const SILENT_AFTER_SECONDS = 15;

/** Every edge: whether its agent speaks, and does what is published. */
export function EdgesPage(): JSX.Element {
  const { data, error } = useOverview();
  const { shown, filter, more } = useListLimit(
    data?.edges ?? [],
    'edges',
    ({ edge, site, region, state }) => `${edge} ${site} ${region} ${state}`,
  );
  return (
    <>
      <div class="head">
        <h1>Edges</h1>
        {filter}
      </div>
      <Failure error={error} />
      <section class="card scrolls">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Site</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Demand
              </th>
              <th scope="col" class="number">
                Latency
              </th>
              <th scope="col">Agent</th>
              <th scope="col">Generation</th>
              <th scope="col">
                <span class="unseen">What can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((edge) => (
              <EdgeRow key={edge.edge} edge={edge} />
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p class="empty">No edge is declared, or none fits.</p>}
        {more}
      </section>
    </>
  );
}

function EdgeRow({ edge: row }: { readonly edge: Edge }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const { edge, site, region, state, demand, meanRttMs } = row;
  return (
    <>
      <tr>
        <td>
          <button
            type="button"
            class="button plain icon"
            aria-expanded={isOpen}
            aria-label={`More about ${edge}`}
            onClick={() => {
              setOpen(!isOpen);
            }}
          >
            {isOpen ? '▾' : '▸'}
          </button>
          {edge}
        </td>
        <td>
          {site} <span class="quiet small">{region}</span>
        </td>
        <td>
          <StateTag state={state} />
        </td>
        <td class="number">{inRate(demand)}/s</td>
        <td class="number">{inMs(meanRttMs)}</td>
        <td>
          <AgentTag edge={row} />
        </td>
        <td>
          <GenerationTag edge={row} />
        </td>
        <td class="number">
          <DrainButton kind="edges" name={edge} state={state} />
        </td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={8}>
            <EdgeDetails edge={edge} />
          </td>
        </tr>
      )}
    </>
  );
}

function AgentTag({ edge: { lastSeenSeconds, errors } }: { readonly edge: Edge }): JSX.Element {
  if (lastSeenSeconds === null) return <span class="tag">never seen</span>;
  if (lastSeenSeconds > SILENT_AFTER_SECONDS) return <span class="tag bad">silent for {inTime(lastSeenSeconds)}</span>;
  if (errors > 0) return <span class="tag warn">{counted(errors, 'error')}</span>;
  return <span class="tag good">seen {inTime(lastSeenSeconds)} ago</span>;
}

function GenerationTag({ edge: { published, applied, isCurrent } }: { readonly edge: Edge }): JSX.Element {
  if (published === null) return <span class="quiet">nothing published</span>;
  if (isCurrent) return <span>{published.generation}</span>;
  if (applied === null) return <span class="tag warn">none of {published.generation} applied</span>;
  const lag = applied.term === published.term ? published.generation - applied.generation : null;
  return (
    <span>
      {applied.generation} <span class="tag warn">{lag === null ? 'of an older term' : `${lag} behind`}</span>
    </span>
  );
}

function EdgeDetails({ edge }: { readonly edge: string }): JSX.Element {
  const { client } = useConsole();
  const { data, error } = useLive(`edge ${edge}`, () =>
    dataOf(client.GET('/v1/edges/{name}/status', { params: { path: { name: edge } } })),
  );
  if (data === null) return <Failure error={error} />;
  const { agentVersion, dataPlane, announced, errors } = data;
  return (
    <div class="small">
      <p>
        Agent {agentVersion ?? 'unknown'}, data plane {dataPlane ?? 'unknown'},{' '}
        {announced === null ? 'announces nothing by itself' : `announces ${announced.join(', ') || 'nothing now'}`}.
      </p>
      <ul>
        {errors.map(({ code, message }) => (
          <li key={`${code} ${message}`}>
            <code>{code}</code> {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
