import type { ApplyFigures } from '../measure/measure-apply.js';
import type { AbsentContender, ForwardingFigures } from '../measure/measure-forwarding.js';
import type { IdleAgentFigures } from '../measure/measure-idle-agent.js';
import type { IdleCheckerFigures } from '../measure/measure-idle-checker.js';
import { renderTable } from './render-table.js';

export interface EdgeResults {
  readonly forwarding: readonly (ForwardingFigures | AbsentContender)[];
  readonly apply: ApplyFigures;
  readonly idle: readonly IdleAgentFigures[];
  /** Or why it could not be measured. */
  readonly checker: IdleCheckerFigures | string;
  /** Node.js that connects and parts as often, and does nothing else. */
  readonly bare: IdleCheckerFigures;
}

export const EDGE_HEADING = '## The edge agent';

/** The edge agent's section of the page, in Markdown. */
export function renderEdgeSection({ forwarding, apply, idle, checker, bare }: EdgeResults): string {
  return `${EDGE_HEADING}

\`\`\`console
$ npm run bench -- --only edge --out docs/benchmarks.md
\`\`\`

### Forwarding without IPVS

The userspace forwarder beside HAProxy and nginx (Debian's, TCP mode, one thread each), all over loopback, with the same
load and the same backend, which share the machine with them: four streams at once, then short connections (connect, one
byte there and one back, close), 32 at a time. They take turns for five rounds, after 5,000 connections to warm up;
medians. Weir's runs as it does on an edge, with a heap kept small. The processor time is the forwarder's own, with what the
kernel did for it; its inverse is what one core could carry. It is the figure to compare, since the rates are bounded by
whatever is the slowest here, which may be the load.

${forwardingTable(forwarding)}

${ratios(forwarding)}${absences(forwarding)}

IPVS has no line here: on an edge that uses it, no byte passes through a process.

### A batch of weights

All ${count(apply.changes)} weights of a table change at once. The changes are ${apply.batches === 1 ? 'one batch' : `${apply.batches} batches`} through one
\`ipvsadm --restore\`; the table is then read back to see what was taken. In the kernel's place stands a program that does
nothing, so that the figures are the agent's side alone, with the start of processes.

${applyTable(apply)}

### An idle agent

The one file that edges get, with the userspace data plane at its default intervals and no client: it probes over TCP every 2 s,
reports every 5 s and looks for drift every 10 s. Services that have the same endpoints and health check share their
probes, so the first line is what a machine with many services sees that has its own endpoints for each.

${idleTable(idle)}

${aim(idle)} ${reference(checker)} ${floor(bare)}
`;
}

const NAMES: Readonly<Record<ForwardingFigures['name'], string>> = { weir: 'Weir', haproxy: 'HAProxy', nginx: 'nginx' };

function forwardingTable(figures: EdgeResults['forwarding']): string {
  return renderTable(
    ['forwarder', 'GiB/s', 'CPU per GiB', 'connections/s', 'CPU per connection', 'memory'],
    figures
      .filter(isPresent)
      .map((of) => [
        NAMES[of.name],
        of.gibPerSecond.toFixed(2),
        `${of.cpuSecondsPerGib.toFixed(2)} s`,
        count(Math.round(of.connectionsPerSecond)),
        `${of.cpuMicrosecondsPerConnection.toFixed(0)} µs`,
        mib(of.residentMiB),
      ]),
  );
}

function ratios(figures: EdgeResults['forwarding']): string {
  const present = figures.filter(isPresent);
  const ours = present.find(({ name }) => name === 'weir');
  const others = present.filter(({ name }) => name !== 'weir');
  if (ours === undefined || others.length === 0) return 'There was nothing to compare with.';
  const parts = others.map((of) => {
    const bytes = (ours.cpuSecondsPerGib / of.cpuSecondsPerGib).toFixed(1);
    const connections = (ours.cpuMicrosecondsPerConnection / of.cpuMicrosecondsPerConnection).toFixed(1);
    return `${bytes} times the processor time of ${NAMES[of.name]} for a byte and ${connections} times for a connection`;
  });
  return `Weir’s forwarder takes ${parts.join(',\n')}.`;
}

function absences(figures: EdgeResults['forwarding']): string {
  return figures.map((of) => (isPresent(of) ? '' : ` ${NAMES[of.name]} was not measured: ${of.reason}.`)).join('');
}

function isPresent(figures: ForwardingFigures | AbsentContender): figures is ForwardingFigures {
  return !('reason' in figures);
}

function applyTable(of: ApplyFigures): string {
  return renderTable(
    ['step', 'time'],
    [
      ['reconcile: what must change', ms(of.reconcileMs)],
      ['render the batch', ms(of.renderMs)],
      ['apply it and read the table back', ms(of.applyMs)],
      ['for comparison: a process for each change', ms(of.oneByOneMs)],
      ['read the table and its counters, as each report does', ms(of.readMs)],
    ],
  );
}

function idleTable(figures: readonly IdleAgentFigures[]): string {
  return renderTable(
    ['services × endpoints', 'endpoints are', 'probes/s', 'CPU of one core', 'memory'],
    figures.map((of) => [
      `${of.services} × ${of.endpointsPerService}`,
      ownershipOf(of),
      count(of.probesPerSecond),
      `${of.cpuPercent.toFixed(1)} %`,
      mib(of.residentMiB),
    ]),
  );
}

const MOST_CPU_PERCENT = 1;
const MOST_RESIDENT_MIB = 100;

function aim(figures: readonly IdleAgentFigures[]): string {
  const kept = figures.filter(
    ({ cpuPercent, residentMiB }) => cpuPercent < MOST_CPU_PERCENT && residentMiB < MOST_RESIDENT_MIB,
  );
  return `Weir aims at less than ${MOST_CPU_PERCENT} % and ${MOST_RESIDENT_MIB} MiB, and ${verdictOn(kept, figures)}.`;
}

function verdictOn(kept: readonly IdleAgentFigures[], figures: readonly IdleAgentFigures[]): string {
  if (kept.length === 0) return 'is not there yet';
  if (kept.length === figures.length) return 'keeps to it';
  return `keeps to it only where endpoints are ${kept.map(ownershipOf).join(' or ')}`;
}

function ownershipOf({ endpoints }: Pick<IdleAgentFigures, 'endpoints'>): string {
  return endpoints === 'own' ? 'each service’s own' : 'shared by all';
}

function reference(of: EdgeResults['checker']): string {
  if (typeof of === 'string') return `HAProxy’s checks were not measured: ${of}.`;
  const { probesPerSecond, cpuPercent, residentMiB } = of;
  return `For comparison, HAProxy takes ${cpuPercent.toFixed(1)} % and ${mib(residentMiB)} for ${count(probesPerSecond)} checks a second. On loopback the kernel does both ends’ work of a connection in the time of whoever connects.`;
}

/** What no change to the agent could take away. */
function floor({ probesPerSecond, cpuPercent, residentMiB }: IdleCheckerFigures): string {
  return `A bare loop in Node.js that connects and parts ${count(probesPerSecond)} times a second as a probe does, with the agent’s flags and nothing to judge or to report, takes ${cpuPercent.toFixed(1)} % and ${mib(residentMiB)}: what the agent takes above that is its own.`;
}

function count(number: number): string {
  return number.toLocaleString('en-GB');
}

function ms(figure: number): string {
  return figure >= 10_000 ? `${(figure / 1_000).toFixed(1)} s` : `${figure.toFixed(figure >= 100 ? 0 : 1)} ms`;
}

function mib(figure: number): string {
  return `${figure.toFixed(0)} MiB`;
}
