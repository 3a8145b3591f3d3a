import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Schemas } from '#client/weir-client.js';
import { Failure } from '../controls/failure.js';
import { asSentence, inRate } from '../format/figures.js';
import { type Overview, useOverview } from '../live/overview-provider.js';
import { FlowDiagram } from '../overview/flow-diagram.js';
import type { OriginRoom } from '../overview/flow-layout.js';
import { OutcomeCard } from './outcome-card.js';
import { SuppositionCard } from './supposition-card.js';
import { AS_IT_IS, changesOf, supposedFlows } from './supposition.js';
import { useAnswer } from './use-answer.js';

type Answer = Schemas['WhatIfAnswer'];

/** As many as the overview names. */
const MOST_NAMED = 12;

/** What would be with other capacities or another demand; nothing is changed. */
export function WhatIfPage(): JSX.Element {
  const { data, error } = useOverview();
  const [supposition, setSupposition] = useState(AS_IT_IS);
  const capacities = useMemo(() => capacitiesOf(data), [data]);
  const changes = useMemo(() => changesOf(supposition, capacities), [supposition, capacities]);
  const { answer, error: refusal, isAsking } = useAnswer(changes);
  const flows = useMemo(
    () => (answer === null ? (data?.flows ?? []) : supposedFlows(answer, MOST_NAMED)),
    [answer, data],
  );
  const rooms = useMemo(() => (answer === null ? (data?.origins ?? []) : roomsOf(answer)), [answer, data]);
  if (data === null) return <Failure error={error} />;
  return (
    <>
      <div class="head">
        <h1>What if</h1>
        <span class="quiet small">Asks the real scheduler with the newest figures, and changes nothing.</span>
      </div>
      <div class="pane">
        <div class="grid">
          <section class="card" aria-live="polite" aria-busy={isAsking}>
            <h3>{answer === null ? 'As it is now' : `${asSentence(answer.headline)}.`}</h3>
            <p class="quiet small">
              {answer === null
                ? `${inRate(data.demand)} connections a second. Move a slider to see where shares would settle.`
                : settlingOf(answer)}
            </p>
          </section>
          <Failure error={refusal} />
          <FlowDiagram title={answer === null ? 'Now' : 'Where it would settle'} flows={flows} rooms={rooms} />
          {answer !== null && <OutcomeCard answer={answer} />}
        </div>
        <SuppositionCard origins={data.origins} supposition={supposition} suppose={setSupposition} />
      </div>
    </>
  );
}

function settlingOf({ cyclesAtDampedPace }: Answer): string {
  if (cyclesAtDampedPace === null) return 'Shares may not move: something holds them.';
  if (cyclesAtDampedPace === 0) return 'Shares would stay where they are.';
  return `Shares would be there after ${cyclesAtDampedPace} cycles, moved as gently as the policies say.`;
}

function capacitiesOf(overview: Overview | null): ReadonlyMap<string, number> {
  return new Map(
    (overview?.origins ?? []).flatMap(({ origin, capacity }) =>
      capacity === null ? [] : [[origin, capacity] as const],
    ),
  );
}

function roomsOf({ origins }: Answer): readonly OriginRoom[] {
  return origins.map(({ origin, capacity }) => ({ origin, capacity: capacity.after }));
}
