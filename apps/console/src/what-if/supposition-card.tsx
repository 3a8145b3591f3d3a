import type { JSX } from 'preact';
import { useListLimit } from '../controls/list-limit.js';
import { inPercent, inRate } from '../format/figures.js';
import type { Overview } from '../live/overview-provider.js';
import { AS_IT_IS, type Supposition } from './supposition.js';

interface SuppositionCardProps {
  readonly origins: Overview['origins'];
  readonly supposition: Supposition;
  readonly suppose: (supposition: Supposition) => void;
}

const MOST_DEMAND = 3;
const MOST_CAPACITY = 2;

/** More sliders than this are found by their names. */
const MOST_ORIGINS = 8;

/** What is supposed to be other than it is. */
export function SuppositionCard({ origins, supposition, suppose }: SuppositionCardProps): JSX.Element {
  const fullest = [...origins].sort((left, right) => (right.utilization ?? 0) - (left.utilization ?? 0));
  const { shown, filter } = useListLimit(fullest, 'origins', ({ origin, region }) => `${origin} ${region}`);
  const setCapacity = (origin: string, factor: number): void => {
    suppose({ ...supposition, capacityFactors: new Map([...supposition.capacityFactors, [origin, factor]]) });
  };
  const setDrained = (origin: string, isDrained: boolean): void => {
    const others = [...supposition.drained].filter((name) => name !== origin);
    suppose({ ...supposition, drained: new Set(isDrained ? [...others, origin] : others) });
  };
  return (
    <section class="card" aria-label="Suppose that">
      <header>
        <h2>Suppose that</h2>
        <button
          type="button"
          class="button"
          onClick={() => {
            suppose(AS_IT_IS);
          }}
        >
          As it is
        </button>
      </header>
      <Slider
        id="demand"
        label="all demand is"
        factor={supposition.demandFactor}
        most={MOST_DEMAND}
        told={inPercent(supposition.demandFactor)}
        move={(demandFactor) => {
          suppose({ ...supposition, demandFactor });
        }}
      />
      <h2>Capacity of origins</h2>
      {origins.length > MOST_ORIGINS && filter}
      {shown.slice(0, MOST_ORIGINS).map((origin) => (
        <OriginSlider
          key={origin.origin}
          origin={origin}
          supposition={supposition}
          setCapacity={setCapacity}
          setDrained={setDrained}
        />
      ))}
    </section>
  );
}

interface OriginSliderProps {
  readonly origin: Overview['origins'][number];
  readonly supposition: Supposition;
  readonly setCapacity: (origin: string, factor: number) => void;
  readonly setDrained: (origin: string, isDrained: boolean) => void;
}

function OriginSlider({ origin, supposition, setCapacity, setDrained }: OriginSliderProps): JSX.Element {
  const { origin: name, capacity } = origin;
  const factor = supposition.capacityFactors.get(name) ?? 1;
  return (
    <div>
      {capacity === null ? (
        <p class="slider">
          <span>{name}</span> <span class="quiet">not limited</span>
        </p>
      ) : (
        <Slider
          id={`capacity-${name}`}
          label={name}
          factor={factor}
          most={MOST_CAPACITY}
          told={`${inRate(capacity * factor)}/s`}
          move={(next) => {
            setCapacity(name, next);
          }}
        />
      )}
      <label class="small quiet">
        <input
          type="checkbox"
          checked={supposition.drained.has(name)}
          onChange={(event) => {
            setDrained(name, event.currentTarget.checked);
          }}
        />{' '}
        drain {name}
      </label>
    </div>
  );
}

interface SliderProps {
  readonly id: string;
  readonly label: string;
  readonly factor: number;
  readonly most: number;
  readonly told: string;
  readonly move: (factor: number) => void;
}

function Slider({ id, label, factor, most, told, move }: SliderProps): JSX.Element {
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <output for={id}>{told}</output>
      <input
        id={id}
        type="range"
        min="0"
        max={most}
        step="0.05"
        value={factor}
        aria-valuetext={told}
        onInput={(event) => {
          move(Number(event.currentTarget.value));
        }}
      />
    </div>
  );
}
