import { Command, InvalidArgumentError } from 'commander';
import { parse } from 'yaml';
import { dataOf, type Schemas } from '#client/weir-client.js';
import { readSources } from '../manifests/read-sources.js';
import { formatMs, formatPercent, formatRate } from '../output/figures.js';
import { type Column, render, renderTable } from '../output/render.js';
import { say, type Terminal } from '../output/terminal.js';
import { openSession } from '../session.js';
import { collect } from './get.js';
import type { Surroundings } from './surroundings.js';

type Changes = Schemas['WhatIfChangesInput'];
type Answer = Schemas['WhatIfAnswer'];

interface WhatIfOptions {
  readonly filename?: string;
  readonly capacity: readonly (readonly [string, number])[];
  readonly remove: readonly string[];
  readonly loseEdge: readonly string[];
  readonly demand?: number;
}

export function whatIfCommand({ terminal }: Surroundings): Command {
  return new Command('what-if')
    .description('where shares would settle if something changed; changes nothing')
    .option(
      '--capacity <origin=rate>',
      'an origin can take this many connections per second; may be repeated',
      capacityOf,
      [],
    )
    .option('--remove <origin>', 'an origin is gone; may be repeated', collect, [])
    .option('--lose-edge <edge>', 'an edge is gone, and its users reach the others; may be repeated', collect, [])
    .option('--demand <factor>', 'all demand times this', factorOf)
    .option('-f, --filename <path>', 'a file with any changes that the API takes, or - for standard input')
    .action(async (options: WhatIfOptions, command: Command) => {
      const { client, format } = await openSession(command, terminal);
      const body = { ...(await fileChanges(options, terminal)), ...optionChanges(options) };
      const answer = await dataOf(client.POST('/v1/what-if', { body }));
      const text =
        format === 'table' ? renderAnswer(answer) : render(format, { rows: [], columns: [], document: answer });
      say(terminal, text);
    });
}

async function fileChanges({ filename }: WhatIfOptions, terminal: Terminal): Promise<Changes> {
  if (filename === undefined) return {};
  const [source] = await readSources([filename], terminal.input);
  // The API judges it.
  return (parse(source?.text ?? '') ?? {}) as Changes;
}

function optionChanges({ capacity, remove, loseEdge, demand }: WhatIfOptions): Changes {
  const origins = [
    ...capacity.map(([origin, capacityRate]) => ({ origin, capacityRate })),
    ...remove.map((origin) => ({ origin, isRemoved: true })),
  ];
  return {
    ...(origins.length > 0 && { origins }),
    ...(loseEdge.length > 0 && { edges: loseEdge.map((edge) => ({ edge, isLost: true })) }),
    ...(demand !== undefined && { demand: [{ change: { type: 'factor', factor: demand } }] }),
  };
}

const MOST_PAIRS = 20;

const ORIGIN_COLUMNS: readonly Column<Answer['origins'][number]>[] = [
  { header: 'origin', cell: ({ origin }) => origin },
  { header: 'load now', cell: ({ expectedLoad }) => formatRate(expectedLoad.before), align: 'right' },
  { header: 'then', cell: ({ expectedLoad }) => formatRate(expectedLoad.after), align: 'right' },
  { header: 'capacity then', cell: ({ capacity }) => formatRate(capacity.after), align: 'right' },
  { header: 'overload then', cell: ({ overload }) => formatRate(overload.after), align: 'right' },
];

const PAIR_COLUMNS: readonly Column<Answer['pairs'][number]>[] = [
  { header: 'load balancer', cell: ({ loadBalancer }) => loadBalancer },
  { header: 'edge', cell: ({ edge }) => edge },
  {
    header: 'shares',
    cell: ({ shares }) =>
      shares
        .map(({ origin, before, after }) => `${origin} ${formatPercent(before)} → ${formatPercent(after)}`)
        .join(', '),
  },
  { header: 'latency', cell: ({ meanRttMs }) => `${formatMs(meanRttMs.before)} → ${formatMs(meanRttMs.after)}` },
];

function renderAnswer({ headline, origins, pairs, meanRttMs, cyclesAtDampedPace }: Answer): string {
  const changed = pairs.filter(({ isChanged }) => isChanged);
  const rest = changed.length - MOST_PAIRS;
  return [
    headline,
    `Mean latency: ${formatMs(meanRttMs.before)} → ${formatMs(meanRttMs.after)}. ${pace(cyclesAtDampedPace)}`,
    '',
    renderTable(origins, ORIGIN_COLUMNS),
    ...(changed.length === 0 ? ['No share changes.'] : [renderTable(changed.slice(0, MOST_PAIRS), PAIR_COLUMNS)]),
    ...(rest > 0 ? [`and ${rest} more; -o json has all`] : []),
  ].join('\n');
}

function pace(cycles: number | null): string {
  if (cycles === null) return 'Some shares may not move there.';
  return cycles === 0 ? 'Nothing has to move.' : `It would take ${cycles} ${cycles === 1 ? 'cycle' : 'cycles'}.`;
}

function capacityOf(text: string, earlier: WhatIfOptions['capacity']): WhatIfOptions['capacity'] {
  const match = /^([^=]+)=(\d+(?:\.\d+)?)$/.exec(text);
  if (match === null) throw new InvalidArgumentError('write it like eu-central=800');
  return [...earlier, [match[1] ?? '', Number(match[2])]];
}

function factorOf(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('it must be a number from 0, like 1.5');
  return Number(text);
}
