import type { JSX } from 'preact';
import { ApiRefusal } from '#client/errors.js';

/** What went wrong, with every wrong field that the control plane names. */
export function Failure({ error }: { readonly error: Error | null }): JSX.Element | null {
  if (error === null) return null;
  const fields = error instanceof ApiRefusal ? (error.problem?.errors ?? []) : [];
  return (
    <div class="problem" role="alert">
      {error.message}
      {fields.length > 0 && (
        <ul>
          {fields.map(({ pointer, detail }) => (
            <li key={`${pointer} ${detail}`}>
              <code>{pointer || '/'}</code> {detail}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
