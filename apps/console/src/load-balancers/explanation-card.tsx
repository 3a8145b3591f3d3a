import type { JSX } from 'preact';
import type { Schemas } from '#client/weir-client.js';
import { LoadMeter } from '../controls/meter.js';
import { inPercent, inRate } from '../format/figures.js';

/** Why traffic goes where it goes, and what one more connection of capacity would save. */
export function ExplanationCard({ explanation }: { readonly explanation: Schemas['Explanation'] }): JSX.Element {
  return (
    <section class="card" aria-label="Explanation">
      <header>
        <h2>Why traffic goes where it goes</h2>
      </header>
      <p>{explanation.headline}.</p>
      <div class="scrolls">
        <table>
          <thead>
            <tr>
              <th scope="col">Origin</th>
              <th scope="col">Expected load</th>
              <th scope="col" class="number">
                Rate
              </th>
              <th scope="col">One more connection per second of capacity</th>
            </tr>
          </thead>
          <tbody>
            {explanation.origins.map(({ origin, utilization, expectedLoad, capacity, oneMore }) => (
              <tr key={origin}>
                <td>{origin}</td>
                <td>
                  <LoadMeter utilization={utilization} />
                </td>
                <td class="number">
                  {inRate(expectedLoad)}/s{capacity === null ? '' : `, ${inPercent(utilization)}`}
                </td>
                <td class="small quiet">{oneMore}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
