import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

export interface DataColumn {
  readonly header: string;
  readonly isNumber?: boolean;
}

interface DataTableProps {
  /** What the figures are, for whoever does not see what they stand beside. */
  readonly label: string;
  readonly columns: readonly DataColumn[];
  /** Cell by cell; asked for once somebody looks. */
  readonly rows: () => readonly (readonly string[])[];
}

/** The figures behind a picture, for whoever cannot see it or wants them exactly. */
export function DataTable({ label, columns, rows }: DataTableProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      class="data"
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>
        As a table<span class="unseen">: {label}</span>
      </summary>
      {isOpen && (
        <div class="scrolls" tabIndex={0} role="region" aria-label={label}>
          <table>
            <thead>
              <tr>
                {columns.map(({ header, isNumber }) => (
                  <th key={header} scope="col" class={isNumber === true ? 'number' : ''}>
                    {header}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows().map((cells) => (
                <tr key={cells.join(' ')}>
                  {cells.map((cell, index) => (
                    <td key={columns[index]?.header} class={columns[index]?.isNumber === true ? 'number' : ''}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
