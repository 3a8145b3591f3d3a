import type { JSX } from 'preact';
import type { Schemas } from '#client/weir-client.js';
import { inMs, inRate, inTime, timeOfDay } from '../format/figures.js';
import { linkToResource } from '../routing/route.js';
import { sentenceOf, statusSentence } from './status-sentence.js';

const MOST_CONCERNS = 5;

/** Three missed reports, as the control plane counts. */
const SILENT_AFTER_SECONDS = 15;

/** What an operator reads first: a sentence, what else there is, and the figures. */
export function StatusCard({ overview }: { readonly overview: Schemas['Overview'] }): JSX.Element {
  const { level, headline, others } = statusSentence(overview);
  const { demand, meanRttMs, origins, edges } = overview;
  const limited = origins.filter(({ capacity, state }) => capacity !== null && state === 'active');
  const capacity = limited.reduce((sum, origin) => sum + (origin.capacity ?? 0), 0);
  const unlimited = origins.filter(({ capacity: limit, state }) => limit === null && state === 'active').length;
  return (
    <section class={`card status ${level}`} aria-label="Status">
      <div>
        <h1 aria-live="polite">{headline}</h1>
        {overview.decidedAt !== null && (
          <p class="quiet">
            Last decision at {timeOfDay(overview.decidedAt)}; one every {inTime(overview.scheduler.cycleSeconds)}.
          </p>
        )}
        <ul>
          {others.slice(0, MOST_CONCERNS).map((concern) => (
            <li key={`${concern.resource} ${concern.sentence}`}>
              <span class={`dot ${concern.severity}`} />
              <a href={linkToResource(concern.resource)}>{sentenceOf(concern)}</a>
            </li>
          ))}
          {others.length > MOST_CONCERNS && <li class="quiet">and {others.length - MOST_CONCERNS} more</li>}
        </ul>
      </div>
      <dl class="figures">
        <Figure name="Demand" figure={inRate(demand)} unit="/s" />
        {limited.length > 0 && (
          <Figure
            name="Capacity"
            figure={inRate(capacity)}
            unit={unlimited === 0 ? '/s' : `/s, ${unlimited} not limited`}
          />
        )}
        <Figure name="Mean latency" figure={inMs(meanRttMs)} unit="" />
        <Figure
          name="Edges"
          figure={String(edges.filter(({ lastSeenSeconds }) => isReporting(lastSeenSeconds)).length)}
          unit={`of ${edges.length} reporting`}
        />
      </dl>
    </section>
  );
}

function isReporting(lastSeenSeconds: number | null): boolean {
  return lastSeenSeconds !== null && lastSeenSeconds <= SILENT_AFTER_SECONDS;
}

function Figure({
  name,
  figure,
  unit,
}: {
  readonly name: string;
  readonly figure: string;
  readonly unit: string;
}): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {figure}
        <small>{unit.startsWith('/') || unit === '' ? unit : ` ${unit}`}</small>
      </dd>
    </div>
  );
}
