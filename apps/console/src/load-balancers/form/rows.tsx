import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ErrorsAt, type FormState } from './fields.js';
import { type FieldPath, listAt, withEntry } from './resource-field.js';

interface RowsProps {
  readonly form: FormState;
  readonly path: FieldPath;
  readonly title: string;
  /** What one row is called: `listener`. */
  readonly noun: string;
  /** What a new row begins with. */
  readonly fresh: unknown;
  readonly fieldsOf: (row: FieldPath) => JSX.Element;
}

/** A list that grows and shrinks. The focus goes where one goes on: into a new row, and to the button after a row went. */
export function Rows({ form, path, title, noun, fresh, fieldsOf }: RowsProps): JSX.Element {
  const place = useRef<HTMLFieldSetElement>(null);
  const isAdding = useRef(false);
  const rows = listAt(form.resource, path);
  useEffect(() => {
    if (!isAdding.current) return;
    isAdding.current = false;
    place.current?.querySelector<HTMLElement>('.row:last-of-type :is(input, select)')?.focus();
  }, [rows.length]);
  const add = (): void => {
    isAdding.current = true;
    form.change(path, listAt(withEntry(form.resource, path, fresh), path));
  };
  const remove = (index: number): void => {
    form.change([...path, index], undefined);
    place.current?.querySelector<HTMLElement>('.add')?.focus();
  };
  return (
    <fieldset ref={place}>
      <legend>{title}</legend>
      <ErrorsAt form={form} path={path} />
      {rows.map((_, index) => (
        <div class="row" role="group" aria-label={`${noun} ${index + 1}`} key={index}>
          {fieldsOf([...path, index])}
          <button
            type="button"
            class="button plain icon"
            aria-label={`Remove ${noun} ${index + 1}`}
            onClick={() => {
              remove(index);
            }}
          >
            ✕
          </button>
        </div>
      ))}
      <button type="button" class="button add" onClick={add}>
        Add {/^[aeiou]/.test(noun) ? 'an' : 'a'} {noun}
      </button>
    </fieldset>
  );
}
