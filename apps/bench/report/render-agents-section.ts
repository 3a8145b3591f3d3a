import type { FleetFigures } from '../agents/measure-fleet.js';
import { renderTable } from './render-table.js';

export const AGENTS_HEADING = '## Many agents';

const MOST_PUBLICATION_MS = 1_000;
const MOST_RESIDENT_MIB = 400;

/** The section on one control plane with many agents, in Markdown. */
export function renderAgentsSection(of: FleetFigures): string {
  return `${AGENTS_HEADING}

\`\`\`console
$ npm run bench -- --only agents --out docs/benchmarks.md
\`\`\`

${of.agents.toLocaleString('en-GB')} simulated agents in one process speak to one control plane in another, on its embedded database, all on this
machine: each waits in a long poll and reports every 5 s on three load balancers, with a token of its own. Something is
published to all of them ${of.publications} times; the time counts from the announcement to the agent that has read it. Then the control
plane is killed and started again, and the time counts from its new start until each agent was served.

${renderTable(
  ['figure', 'value'],
  [
    ['publication to agent, p50', ms(of.publicationP50Ms)],
    ['publication to agent, p99', ms(of.publicationP99Ms)],
    ['publication to the last agent', ms(of.publicationLastMs)],
    ['reports per second', of.reportsPerSecond.toFixed(0)],
    ['CPU of the control plane, of one core', `${of.cpuPercent.toFixed(0)} %`],
    ['memory of the control plane, at most', `${of.residentMiB.toFixed(0)} MiB`],
    ['back after a kill, p50', ms(of.reconnectedP50Ms)],
    ['back after a kill, the last agent', ms(of.reconnectedLastMs)],
    ['answers that were refused', String(refused(of))],
  ],
)}

${aim(of)}
`;
}

function refused({ statuses }: FleetFigures): number {
  return Object.entries(statuses).reduce((sum, [answer, count]) => sum + (/[45]\d\d$/.test(answer) ? count : 0), 0);
}

function aim({ publicationP99Ms, residentMiB }: FleetFigures): string {
  const isMet = publicationP99Ms < MOST_PUBLICATION_MS && residentMiB < MOST_RESIDENT_MIB;
  return `Weir aims at a p99 below ${MOST_PUBLICATION_MS / 1_000} s and less than ${MOST_RESIDENT_MIB} MiB, and ${isMet ? 'keeps to it' : 'is not there yet'}.`;
}

function ms(figure: number): string {
  return figure >= 10_000 ? `${(figure / 1_000).toFixed(1)} s` : `${figure.toFixed(0)} ms`;
}
