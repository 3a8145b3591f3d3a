import type { ComponentChildren, JSX } from 'preact';
import type { PlacedErrors } from './placed-errors.js';
import { type FieldPath, pointerOf, valueAt } from './resource-field.js';

/** What every field of a form reads and changes. */
export interface FormState {
  readonly resource: unknown;
  readonly errors: PlacedErrors;
  /** `undefined` takes the field out, so that it gets its default. */
  readonly change: (path: FieldPath, value: unknown) => void;
}

export interface FieldProps {
  readonly form: FormState;
  readonly path: FieldPath;
  readonly label: string;
  /** The default, or an example. */
  readonly placeholder?: string;
  readonly isReadOnly?: boolean;
}

/** A line of text. */
export function TextField({ form, path, label, placeholder, isReadOnly = false }: FieldProps): JSX.Element {
  return (
    <Labelled form={form} path={path} label={label}>
      <input
        {...markedBy(form, path)}
        type="text"
        spellcheck={false}
        autocomplete="off"
        readOnly={isReadOnly}
        placeholder={placeholder}
        value={textOf(valueAt(form.resource, path))}
        onInput={(event) => {
          form.change(path, event.currentTarget.value);
        }}
      />
    </Labelled>
  );
}

/** A figure; empty for the default. What is no figure is kept as it was typed, and the control plane says so. */
export function NumberField({ form, path, label, placeholder }: FieldProps): JSX.Element {
  return (
    <Labelled form={form} path={path} label={label}>
      <input
        {...markedBy(form, path)}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        placeholder={placeholder}
        value={textOf(valueAt(form.resource, path))}
        onInput={(event) => {
          form.change(path, readNumber(event.currentTarget.value));
        }}
      />
    </Labelled>
  );
}

interface SelectProps extends FieldProps {
  /** Values, and what they are called. */
  readonly options: readonly (readonly [value: string, text: string])[];
  /** What holds while nothing is chosen. */
  readonly fallback?: string;
}

/** One of several. A value that is none of them is shown as it is. */
export function SelectField({ form, path, label, options, fallback = '' }: SelectProps): JSX.Element {
  const value = textOf(valueAt(form.resource, path)) || fallback;
  const isKnown = options.some(([option]) => option === value);
  return (
    <Labelled form={form} path={path} label={label}>
      <select
        {...markedBy(form, path)}
        value={value}
        onChange={(event) => {
          form.change(path, event.currentTarget.value);
        }}
      >
        {!isKnown && <option value={value}>{value || 'choose one'}</option>}
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** Yes or no. */
export function CheckField({ form, path, label }: FieldProps): JSX.Element {
  return (
    <div class="field check">
      <label>
        <input
          {...markedBy(form, path)}
          type="checkbox"
          checked={valueAt(form.resource, path) === true}
          onChange={(event) => {
            form.change(path, event.currentTarget.checked);
          }}
        />
        {label}
      </label>
      <ErrorsAt form={form} path={path} />
    </div>
  );
}

/** What is wrong at a place, in the words of the control plane. */
export function ErrorsAt({ form, path }: Pick<FieldProps, 'form' | 'path'>): JSX.Element | null {
  const pointer = pointerOf(path);
  const errors = form.errors.get(pointer);
  if (errors === undefined) return null;
  return (
    <p class="wrong" id={errorId(pointer)}>
      {errors.join('; ')}
    </p>
  );
}

interface LabelledProps extends Pick<FieldProps, 'form' | 'path' | 'label'> {
  readonly children: ComponentChildren;
}

function Labelled({ form, path, label, children }: LabelledProps): JSX.Element {
  return (
    <div class="field">
      <label for={fieldId(pointerOf(path))}>{label}</label>
      {children}
      <ErrorsAt form={form} path={path} />
    </div>
  );
}

interface Marks {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby'?: string;
}

/** Marks a control as wrong, and says where the reason is. */
function markedBy({ errors }: FormState, path: FieldPath): Marks {
  const pointer = pointerOf(path);
  const isWrong = errors.has(pointer);
  return {
    id: fieldId(pointer),
    'aria-invalid': isWrong,
    ...(isWrong && { 'aria-describedby': errorId(pointer) }),
  };
}

function fieldId(pointer: string): string {
  return `at${pointer}`;
}

function errorId(pointer: string): string {
  return `wrong${pointer}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function readNumber(typed: string): number | string | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : typed;
}
