import type { JSX } from 'preact';

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [Value, string])[];
  readonly choose: (value: Value) => void;
}

/** One of a few. */
export function Choice<Value extends string>({ label, value, options, choose }: ChoiceProps<Value>): JSX.Element {
  return (
    <div class="choice" role="group" aria-label={label}>
      {options.map(([option, text]) => (
        <button
          key={option}
          type="button"
          aria-pressed={option === value}
          onClick={() => {
            choose(option);
          }}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
