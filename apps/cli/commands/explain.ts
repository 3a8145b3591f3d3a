import { Command } from 'commander';
import { dataOf, type Schemas } from '#client/weir-client.js';
import { UsageError } from '../failure.js';
import { formatMs, formatPercent, formatRate } from '../output/figures.js';
import { type Column, render, renderTable } from '../output/render.js';
import { say } from '../output/terminal.js';
import { openSession } from '../session.js';
import type { Surroundings } from './surroundings.js';

type Explanation = Schemas['Explanation'];
type EdgeExplanation = Explanation['edges'][number];
type Share = EdgeExplanation['shares'][number];

export function explainCommand({ terminal }: Surroundings): Command {
  return new Command('explain')
    .description('why the traffic of a load balancer goes where it goes')
    .argument('<load-balancer>')
    .option('--edge <name>', 'only this edge, with everything that binds it')
    .action(async (name: string, { edge }: { readonly edge?: string }, command: Command) => {
      const { client, format } = await openSession(command, terminal);
      const path = { params: { path: { name } } };
      const explanation = await dataOf(client.GET('/v1/load-balancers/{name}/explanation', path));
      const edges = edge === undefined ? explanation.edges : explanation.edges.filter((each) => each.edge === edge);
      if (edge !== undefined && edges.length === 0) throw new UsageError(unknownEdge(edge, explanation));
      if (format !== 'table') {
        say(terminal, render(format, { rows: [], columns: [], document: { ...explanation, edges } }));
        return;
      }
      say(terminal, edge === undefined ? renderOverview(explanation) : edges.map(renderEdge).join('\n'));
    });
}

function unknownEdge(edge: string, { edges }: Explanation): string {
  return `nothing is planned for an edge "${edge}"; there are: ${edges.map((each) => each.edge).join(', ')}`;
}

const ORIGIN_COLUMNS: readonly Column<Explanation['origins'][number]>[] = [
  { header: 'origin', cell: ({ origin }) => origin },
  { header: 'load', cell: ({ measuredLoad }) => formatRate(measuredLoad), align: 'right' },
  { header: 'expected', cell: ({ expectedLoad }) => formatRate(expectedLoad), align: 'right' },
  { header: 'capacity', cell: ({ capacity }) => formatRate(capacity), align: 'right' },
  { header: 'used', cell: ({ utilization }) => formatPercent(utilization), align: 'right' },
  { header: 'one more connection per second', cell: ({ oneMore }) => oneMore },
];

const SHARE_COLUMNS: readonly Column<Share>[] = [
  { header: 'origin', cell: ({ origin }) => origin },
  { header: 'share', cell: ({ share }) => formatPercent(share), align: 'right' },
  { header: 'before', cell: ({ previousShare }) => formatPercent(previousShare), align: 'right' },
  { header: 'latency', cell: ({ rttMs }) => formatMs(rttMs), align: 'right' },
  { header: 'reason', cell: ({ reason }) => reason },
];

function renderOverview({ headline, notices, origins, edges }: Explanation): string {
  return [
    headline,
    ...notices.map(({ sentence }) => `! ${sentence}`),
    '',
    renderTable(origins, ORIGIN_COLUMNS),
    ...edges.map(({ edge, demand, sentence }) => `${edge} (${formatRate(demand)}): ${sentence}`),
  ].join('\n');
}

function renderEdge({ edge, demand, sentence, shares, bindingConstraints }: EdgeExplanation): string {
  const binding = bindingConstraints.map((constraint) => `- ${constraint.sentence}`);
  return [
    `${edge} (${formatRate(demand)}): ${sentence}`,
    '',
    renderTable(shares, SHARE_COLUMNS),
    ...(binding.length === 0 ? ['Nothing binds.'] : ['What binds:', ...binding]),
    '',
  ].join('\n');
}
