import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Choice } from '../controls/choice.js';
import { type DataColumn, DataTable } from '../controls/data-table.js';
import { Legend } from '../controls/legend.js';
import { inMs, inPercent, inRate } from '../format/figures.js';
import { LOAD_LEGEND, loadColour, RTT_LEGEND, rttColour } from '../format/scales.js';
import {
  type FlowFrame,
  type FlowLayout,
  type FlowLink,
  type FlowNode,
  type FlowRate,
  layoutFlow,
  type OriginRoom,
} from './flow-layout.js';

type Colouring = 'load' | 'latency';

interface FlowDiagramProps {
  readonly title: string;
  readonly flows: readonly FlowRate[];
  readonly rooms: readonly OriginRoom[];
}

const HEIGHT = 300;

/** What a browser that has drawn nothing yet is taken to have. */
const USUAL_WIDTH = 880;

/** Names need room; on a phone they get what there is. */
function frameOf(width: number): FlowFrame {
  return { width, height: HEIGHT, margin: width < 560 ? 88 : 140 };
}

/** From edges to origins: widths are rates. An origin is a vessel: its outline is what it can take. */
export function FlowDiagram({ title, flows, rooms }: FlowDiagramProps): JSX.Element {
  const [colouring, setColouring] = useState<Colouring>('load');
  const place = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(USUAL_WIDTH);
  const frame = useMemo(() => frameOf(width), [width]);
  const layout = useMemo(() => layoutFlow(flows, rooms, frame), [flows, rooms, frame]);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const watch = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.round(entry.contentRect.width));
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
    };
  }, []);
  return (
    <section ref={place} class="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <Choice
          label="Colour shows"
          value={colouring}
          options={[
            ['load', 'Utilisation'],
            ['latency', 'Latency'],
          ]}
          choose={(chosen) => {
            setColouring(chosen);
          }}
        />
      </header>
      {layout.links.length === 0 ? (
        <p class="empty">Nothing flows yet: no edge has reported any demand.</p>
      ) : (
        <Drawing layout={layout} frame={frame} colouring={colouring} />
      )}
      <div class="head">
        <Legend entries={colouring === 'load' ? LOAD_LEGEND : RTT_LEGEND} />
      </div>
      <DataTable label={title} columns={FLOW_COLUMNS} rows={() => flowRows(layout.links)} />
    </section>
  );
}

interface DrawingProps {
  readonly layout: FlowLayout;
  readonly frame: FlowFrame;
  readonly colouring: Colouring;
}

function Drawing({ layout, frame, colouring }: DrawingProps): JSX.Element {
  const colourOf = ({ to, meanRttMs }: FlowLink): string =>
    colouring === 'load' ? loadColour(to.utilization) : rttColour(meanRttMs);
  return (
    <svg class="flow" viewBox={`0 0 ${frame.width} ${frame.height}`} aria-hidden="true">
      {layout.links.map((link) => (
        <path
          key={link.key}
          class="link"
          d={link.path}
          stroke-width={Math.max(1, link.width)}
          style={{ stroke: colourOf(link) }}
        >
          <title>{`${nameOf(link.from)} → ${nameOf(link.to)}: ${inRate(link.rate)}/s, ${inMs(link.meanRttMs)}`}</title>
        </path>
      ))}
      {layout.nodes.map((node) =>
        node.side === 'edge' ? <EdgeNode key={node.key} node={node} /> : <OriginNode key={node.key} node={node} />,
      )}
    </svg>
  );
}

function EdgeNode({ node }: { readonly node: FlowNode }): JSX.Element {
  const middle = node.y + node.height / 2;
  return (
    <g>
      <rect
        x={node.x}
        y={node.y}
        width={node.width}
        height={Math.max(1, node.height)}
        rx="3"
        style={{ fill: 'var(--ink-3)' }}
      />
      <text x={node.x - 10} y={middle} text-anchor="end" dy={node.height > 26 ? '-0.1em' : '0.35em'}>
        {nameOf(node)}
        {node.height <= 26 && <tspan class="under">{`  ${inRate(node.rate)}/s`}</tspan>}
      </text>
      {node.height > 26 && (
        <text class="under" x={node.x - 10} y={middle} dy="1.2em" text-anchor="end">
          {inRate(node.rate)}/s
        </text>
      )}
    </g>
  );
}

function OriginNode({ node }: { readonly node: FlowNode }): JSX.Element {
  const { x, y, width, height, roomHeight, utilization, capacity } = node;
  const tall = Math.max(height, roomHeight ?? 0);
  const middle = y + tall / 2;
  const figures = capacity === null ? `${inRate(node.rate)}/s` : `${inRate(node.rate)} of ${inRate(capacity)}/s`;
  const isTall = tall > 26;
  return (
    <g>
      {roomHeight !== null && <rect class="vessel" x={x} y={y} width={width} height={Math.max(1, roomHeight)} rx="3" />}
      <rect x={x} y={y} width={width} height={Math.max(1, height)} rx="3" style={{ fill: loadColour(utilization) }} />
      {roomHeight !== null && roomHeight < height && (
        <line
          x1={x - 3}
          x2={x + width + 3}
          y1={y + roomHeight}
          y2={y + roomHeight}
          stroke="var(--ink)"
          stroke-width="1.5"
        />
      )}
      <text x={x + width + 10} y={middle} dy={isTall ? '-0.1em' : '0.35em'}>
        {nameOf(node)}
        {!isTall && <tspan class="under">{`  ${figures}`}</tspan>}
      </text>
      {isTall && (
        <text class="under" x={x + width + 10} y={middle} dy="1.2em">
          {figures}
        </text>
      )}
    </g>
  );
}

const FLOW_COLUMNS: readonly DataColumn[] = [
  { header: 'Edge' },
  { header: 'Origin' },
  { header: 'Rate', isNumber: true },
  { header: 'Latency', isNumber: true },
  { header: 'Utilisation there', isNumber: true },
];

function flowRows(links: readonly FlowLink[]): readonly (readonly string[])[] {
  return links.map(({ from, to, rate, meanRttMs }) => [
    nameOf(from),
    nameOf(to),
    `${inRate(rate)}/s`,
    inMs(meanRttMs),
    inPercent(to.utilization),
  ]);
}

function nameOf({ name, side }: Pick<FlowNode, 'name' | 'side'>): string {
  return name ?? `all other ${side}s`;
}
