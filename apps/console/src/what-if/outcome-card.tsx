import type { JSX } from 'preact';
import type { Schemas } from '#client/weir-client.js';
import { inMs, inPercent, inRate } from '../format/figures.js';

type Answer = Schemas['WhatIfAnswer'];

/** Of the pairs that change most people look at the first. */
const MOST_PAIRS = 12;

/** What would differ from now. */
export function OutcomeCard({ answer }: { readonly answer: Answer }): JSX.Element {
  const changed = answer.pairs.filter(({ isChanged }) => isChanged);
  return (
    <section class="card grid" aria-label="The difference from now">
      <h2>The difference from now</h2>
      <dl class="figures">
        <Difference name="Mean latency" before={inMs(answer.meanRttMs.before)} after={inMs(answer.meanRttMs.after)} />
        <Difference
          name="Above capacity"
          before={`${inRate(answer.overload.before)}/s`}
          after={`${inRate(answer.overload.after)}/s`}
        />
      </dl>
      <div class="scrolls">
        <table>
          <thead>
            <tr>
              <th scope="col">Origin</th>
              <th scope="col" class="number">
                Load now
              </th>
              <th scope="col" class="number">
                Then
              </th>
              <th scope="col" class="number">
                Of capacity
              </th>
            </tr>
          </thead>
          <tbody>
            {answer.origins.map(({ origin, expectedLoad, capacity }) => (
              <tr key={origin}>
                <td>{origin}</td>
                <td class="number">{inRate(expectedLoad.before)}/s</td>
                <td class="number">{inRate(expectedLoad.after)}/s</td>
                <td class="number">
                  {capacity.after === null ? 'not limited' : inPercent((expectedLoad.after ?? 0) / capacity.after)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {changed.length > 0 && <PairsTable pairs={changed.slice(0, MOST_PAIRS)} more={changed.length - MOST_PAIRS} />}
    </section>
  );
}

function Difference({
  name,
  before,
  after,
}: {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <small>{before} → </small>
        {after}
      </dd>
    </div>
  );
}

function PairsTable({ pairs, more }: { readonly pairs: Answer['pairs']; readonly more: number }): JSX.Element {
  return (
    <div class="scrolls">
      <table>
        <thead>
          <tr>
            <th scope="col">Load balancer</th>
            <th scope="col">Edge</th>
            <th scope="col">Shares now → then</th>
          </tr>
        </thead>
        <tbody>
          {pairs.map(({ loadBalancer, edge, shares }) => (
            <tr key={`${loadBalancer} ${edge}`}>
              <td>{loadBalancer}</td>
              <td>{edge}</td>
              <td class="small">
                {shares
                  .filter(({ before, after }) => before !== after)
                  .map(({ origin, before, after }) => `${origin} ${inPercent(before)} → ${inPercent(after)}`)
                  .join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p class="quiet small">and {more} more</p>}
    </div>
  );
}
