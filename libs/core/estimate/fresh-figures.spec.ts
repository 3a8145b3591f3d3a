import { describe, expect, it } from 'vitest';
import { anObservation, type SeenPair } from '#testkit/observation-builders.js';
import { loadBalancerName, originName } from '../model/name.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { FreshFigures, TrafficSums } from './fresh-figures.js';

const STALE_MS = settings.cycleMs * settings.staleAfterCycles;
const shop = loadBalancerName('shop');
const blog = loadBalancerName('blog');
const near = originName('near');

function figuresOf(seen: Omit<SeenPair, 'edge'>) {
  const figures = new FreshFigures(anObservation(0, [{ edge: 'a', ...seen }]), settings);
  const pair = figures.pair(shop, 'a');
  return { figures, pair, arc: pair?.origins[0] };
}

describe('figures', () => {
  const arc = { load: 7, activeConnections: 9, rttMs: 5, isUp: false };

  it.each([
    { ageMs: 0, isUsed: true },
    { ageMs: STALE_MS, isUsed: true },
    { ageMs: STALE_MS + 1, isUsed: false },
  ])('of an age of $ageMs ms are used: $isUsed', ({ ageMs, isUsed }) => {
    const { figures, pair, arc: seen } = figuresOf({ demand: 3, ageMs, origins: { near: arc } });
    const used = [
      figures.demand(pair),
      figures.load(seen),
      figures.activeConnections(seen),
      figures.rttMs(seen),
      figures.verdicts(seen).length,
    ];
    expect(used).toEqual(isUsed ? [3, 7, 9, 5, 1] : [undefined, undefined, undefined, undefined, 0]);
  });

  it.each([Number.NaN, null as never, Infinity])('of an age of %d are not used', (ageMs) => {
    const { figures, pair, arc: seen } = figuresOf({ demand: 3, ageMs, origins: { near: arc } });
    const used = [figures.demand(pair), figures.load(seen), figures.rttMs(seen), figures.verdicts(seen).length];
    expect(used).toEqual([undefined, undefined, undefined, 0]);
    expect(figures.isFresh({ ageMs })).toBe(false);
  });

  it('are left out where there are none, and nothing is called unusable', () => {
    const { figures, pair, arc: seen } = figuresOf({ origins: { near: {} } });
    expect([figures.demand(pair), figures.load(seen), figures.rttMs(seen)]).toEqual([undefined, undefined, undefined]);
    expect(figures.pair(blog, 'a')).toBeUndefined();
    expect(figures.pair(shop, 'b')).toBeUndefined();
    expect(figures.demand(undefined)).toBeUndefined();
    expect(figures.verdicts(undefined)).toEqual([]);
    expect(figures.unusableFigures).toBe(0);
  });

  it.each([Number.NaN, -1, Infinity, 1e12, null as never])('of %d are left out and counted', (figure) => {
    const {
      figures,
      pair,
      arc: seen,
    } = figuresOf({
      demand: figure,
      origins: { near: { load: figure, activeConnections: figure, rttMs: figure } },
    });
    const used = [figures.demand(pair), figures.load(seen), figures.activeConnections(seen), figures.rttMs(seen)];
    expect(used).toEqual([undefined, undefined, undefined, undefined]);
    expect(figures.unusableFigures).toBe(4);
  });

  it('are each of their own age: a fresh verdict counts beside a stale one', () => {
    const { figures, arc: seen } = figuresOf({ origins: { near: { verdicts: { one: true, two: false } } } });
    const [one, two] = seen!.endpoints;
    const mixed = { ...seen!, endpoints: [{ ...one!, ageMs: STALE_MS + 1 }, two!] };
    expect(figures.verdicts(mixed)).toEqual([two]);
  });
});

describe('traffic', () => {
  it('of an origin is the sum over edges and load balancers; of a route, of those that tell both figures', () => {
    const sums = new TrafficSums();
    sums.ofRoute(shop, near).add(10, 100);
    sums.ofRoute(shop, near).add(20, undefined);
    sums.ofRoute(shop, near).add(5, 50);
    sums.ofRoute(blog, near).add(1, undefined);
    expect(sums.load(near)).toBe(36);
    expect(sums.traffic(shop, near)).toEqual({ ratePerSecond: 15, activeConnections: 150, edges: 2 });
    expect(sums.traffic(blog, near)).toBeUndefined();
  });

  it('of an origin nobody tells of is unknown, which is not nothing', () => {
    const sums = new TrafficSums();
    sums.ofRoute(shop, near).add(0, 0);
    expect([sums.load(near), sums.load(originName('far'))]).toEqual([0, null]);
  });
});
