import { describe, expect, it } from 'vitest';
import { type FlowRate, layoutFlow } from './flow-layout.js';

const FRAME = { width: 800, height: 300, margin: 100 };

const flow = (edge: string | null, origin: string | null, rate: number): FlowRate => ({
  edge,
  origin,
  rate,
  meanRttMs: 10,
});
const room = (origin: string, capacity: number | null) => ({ origin, capacity });

describe('layoutFlow', () => {
  it('draws nothing where nothing flows', () => {
    expect(layoutFlow([flow('ams', 'near', 0)], [], FRAME)).toEqual({ nodes: [], links: [] });
  });

  it('draws rates on one scale, on both sides', () => {
    const { nodes, links } = layoutFlow(
      [flow('ams', 'near', 300), flow('ams', 'far', 100), flow('fra', 'far', 100)],
      [room('near', 200), room('far', null)],
      FRAME,
    );
    const heightPerRate = nodes.map(({ height, rate }) => height / rate);
    for (const one of heightPerRate) expect(one).toBeCloseTo(heightPerRate[0] ?? 0, 6);
    for (const { width, rate } of links) expect(width / rate).toBeCloseTo(heightPerRate[0] ?? 0, 6);
    const near = nodes.find(({ name }) => name === 'near');
    expect((near?.roomHeight ?? 0) / (near?.height ?? 1)).toBeCloseTo(200 / 300, 6);
    expect(near?.utilization).toBe(1.5);
    expect(nodes.find(({ name }) => name === 'far')).toMatchObject({ roomHeight: null, utilization: null });
  });

  it('does not draw all the room of an origin that has much, and says so', () => {
    const { nodes } = layoutFlow([flow('ams', 'near', 10)], [room('near', 10_000)], FRAME);
    const near = nodes.find(({ name }) => name === 'near');
    expect(near).toMatchObject({ isRoomCut: true, capacity: 10_000 });
    expect((near?.roomHeight ?? 0) / (near?.height ?? 1)).toBeCloseTo(1.6, 6);
  });

  it('keeps everything within its frame, all others last', () => {
    const flows = [
      flow(null, null, 900),
      ...Array.from({ length: 30 }, (_, index) => flow(`e${index}`, `o${index}`, index + 1)),
    ];
    const { nodes } = layoutFlow(flows, [], FRAME);
    for (const { y, height } of nodes) {
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y + height).toBeLessThanOrEqual(FRAME.height);
    }
    const edges = nodes.filter(({ side }) => side === 'edge').sort((left, right) => left.y - right.y);
    expect(edges.at(-1)?.name).toBeNull();
  });
});
