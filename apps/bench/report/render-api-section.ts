import type { RouteFigures } from '../api/load-route.js';
import type { ApiFigures } from '../measure/measure-api.js';
import { renderTable } from './render-table.js';

export const API_HEADING = '## The API';

/** The section on the REST API beside a plain route, in Markdown. */
export function renderApiSection(of: ApiFigures): string {
  return `${API_HEADING}

\`\`\`console
$ npm run bench -- --only api --out docs/benchmarks.md
\`\`\`

One origin is read, and replaced by another each time, from ten connections that ask as soon as they are answered
([autocannon](https://github.com/mcollina/autocannon), in a process of its own on the same machine), for ten seconds after three to
warm up. Beside it a plain NestJS route on Fastify, which answers with the same document from memory: no token, no schema, no entity
tag, no event, no database. A write of Weir's is checked against the whole configuration and is on disk, with the event that
tells of it, before it is answered; and each has the scheduler decide anew, in its thread.

${renderTable(
  ['operation', 'requests/s', 'mean', 'p99'],
  [
    row('read, plain NestJS', of.plainRead),
    row('read, Weir', of.read),
    row('write, plain NestJS', of.plainWrite),
    row('write, Weir', of.write),
  ],
)}

A read through Weir has ${percentOf(of.read, of.plainRead)} of the plain route’s throughput, a write ${percentOf(of.write, of.plainWrite)}.
`;
}

function row(name: string, { requestsPerSecond, meanMs, p99Ms }: RouteFigures): readonly string[] {
  const perSecond = Math.round(requestsPerSecond).toLocaleString('en-GB');
  return [name, perSecond, `${meanMs.toFixed(1)} ms`, `${p99Ms.toFixed(0)} ms`];
}

function percentOf(part: RouteFigures, whole: RouteFigures): string {
  return `${((100 * part.requestsPerSecond) / whole.requestsPerSecond).toFixed(0)} %`;
}
