import { sankey, sankeyLeft, sankeyLinkHorizontal } from 'd3-sankey';

/** What flows between two places; `null` is all others together. */
export interface FlowRate {
  readonly edge: string | null;
  readonly origin: string | null;
  readonly rate: number;
  readonly meanRttMs: number | null;
}

export interface OriginRoom {
  readonly origin: string;
  readonly capacity: number | null;
}

/** A place in the drawing. */
export interface FlowNode {
  readonly key: string;
  /** `null` for all others together. */
  readonly name: string | null;
  readonly side: 'edge' | 'origin';
  readonly rate: number;
  readonly capacity: number | null;
  /** What flows as a part of what could; `null` where nothing limits it. */
  readonly utilization: number | null;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Of what flows. */
  readonly height: number;
  /** Of what could flow; `null` where nothing limits it. */
  readonly roomHeight: number | null;
  /** There is more room than is drawn. */
  readonly isRoomCut: boolean;
}

export interface FlowLink {
  readonly key: string;
  readonly from: FlowNode;
  readonly to: FlowNode;
  readonly rate: number;
  readonly meanRttMs: number | null;
  readonly path: string;
  readonly width: number;
}

export interface FlowLayout {
  readonly nodes: readonly FlowNode[];
  readonly links: readonly FlowLink[];
}

export interface FlowFrame {
  readonly width: number;
  readonly height: number;
  /** Left and right of it stand names. */
  readonly margin: number;
}

/** An origin with room for many times what it gets is not drawn many times as high. */
const MOST_ROOM = 1.6;
const NODE_WIDTH = 14;
const PADDING = 18;

interface Place {
  readonly key: string;
  readonly name: string | null;
  readonly side: FlowNode['side'];
  readonly rate: number;
  readonly room: OriginRoom | null;
  readonly fixedValue?: number;
}

interface Stream {
  readonly source: string;
  readonly target: string;
  readonly value: number;
  readonly flow: FlowRate;
}

/** Where edges, origins and what flows between them are drawn. Heights are rates, everywhere on the same scale. */
export function layoutFlow(flows: readonly FlowRate[], rooms: readonly OriginRoom[], frame: FlowFrame): FlowLayout {
  const flowing = flows.filter(({ rate }) => rate > 0);
  if (flowing.length === 0) return { nodes: [], links: [] };
  const places = placesOf(flowing, rooms);
  const streams = flowing.map((flow): Stream => {
    return { source: keyOf('edge', flow.edge), target: keyOf('origin', flow.origin), value: flow.rate, flow };
  });
  const layout = sankey<Place, Stream>()
    .nodeId(({ key }) => key)
    .nodeAlign(sankeyLeft)
    .nodeWidth(NODE_WIDTH)
    .nodePadding(Math.min(PADDING, (frame.height / Math.max(1, places.length)) * 0.6))
    .nodeSort((left, right) => orderOf(left) - orderOf(right) || right.rate - left.rate)
    .extent([
      [frame.margin, 6],
      [frame.width - frame.margin, frame.height - 6],
    ]);
  const graph = layout({ nodes: places.map((place) => ({ ...place })), links: streams });
  const pathOf = sankeyLinkHorizontal<Place, Stream>();
  const nodes = new Map(graph.nodes.map((node) => [node.key, drawnNode(node, graph.nodes)]));
  const links = graph.links.flatMap((link): readonly FlowLink[] => {
    const { flow } = link;
    const [from, to] = [nodes.get(keyOf('edge', flow.edge)), nodes.get(keyOf('origin', flow.origin))];
    if (from === undefined || to === undefined) return [];
    const width = link.width ?? 0;
    const key = `${from.key} ${to.key}`;
    return [{ key, from, to, rate: flow.rate, meanRttMs: flow.meanRttMs, path: pathOf(link) ?? '', width }];
  });
  return { nodes: [...nodes.values()], links };
}

function placesOf(flows: readonly FlowRate[], rooms: readonly OriginRoom[]): readonly Place[] {
  const places = new Map<string, Place>();
  const add = (side: Place['side'], name: string | null, rate: number): void => {
    const key = keyOf(side, name);
    const room = side === 'origin' ? (rooms.find(({ origin }) => origin === name) ?? null) : null;
    places.set(key, { key, name, side, room, rate: (places.get(key)?.rate ?? 0) + rate });
  };
  for (const { edge, origin, rate } of flows) {
    add('edge', edge, rate);
    add('origin', origin, rate);
  }
  return [...places.values()].map((place) => {
    const capacity = place.room?.capacity ?? null;
    if (capacity === null) return place;
    return { ...place, fixedValue: Math.max(place.rate, Math.min(capacity, place.rate * MOST_ROOM)) };
  });
}

function keyOf(side: Place['side'], name: string | null): string {
  return `${side}:${name ?? ''}`;
}

/** All the others come last. */
function orderOf({ name }: Place): number {
  return name === null ? 1 : 0;
}

function drawnNode(
  node: Place & {
    readonly x0?: number | undefined;
    readonly y0?: number | undefined;
    readonly x1?: number | undefined;
    readonly y1?: number | undefined;
    readonly value?: number | undefined;
  },
  all: readonly {
    readonly y0?: number | undefined;
    readonly y1?: number | undefined;
    readonly value?: number | undefined;
  }[],
): FlowNode {
  const { key, name, side, rate, room, x0 = 0, y0 = 0 } = node;
  const perRate = scaleOf(all);
  const capacity = room?.capacity ?? null;
  const drawnRoom = capacity === null ? null : Math.min(capacity, rate * MOST_ROOM);
  return {
    key,
    name,
    side,
    rate,
    capacity,
    utilization: capacity === null || capacity === 0 ? null : rate / capacity,
    x: x0,
    y: y0,
    width: NODE_WIDTH,
    height: rate * perRate,
    roomHeight: drawnRoom === null ? null : drawnRoom * perRate,
    isRoomCut: capacity !== null && capacity > rate * MOST_ROOM,
  };
}

function scaleOf(
  nodes: readonly {
    readonly y0?: number | undefined;
    readonly y1?: number | undefined;
    readonly value?: number | undefined;
  }[],
): number {
  const [largest] = [...nodes].sort((left, right) => (right.value ?? 0) - (left.value ?? 0));
  const value = largest?.value ?? 0;
  return value > 0 ? ((largest?.y1 ?? 0) - (largest?.y0 ?? 0)) / value : 0;
}
