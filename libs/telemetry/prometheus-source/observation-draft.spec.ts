import { describe, expect, it } from 'vitest';
import type { OriginObservation } from '#core/observe/observation.js';
import { ObservationDraft, type FigureDraft } from './observation-draft.js';

const scrapeMs = 15_000;
const labels = { edge: 'fra-1', load_balancer: 'shop', origin: 'us-west', endpoint: '192.0.2.1' };

type Told = Partial<Record<'rate' | 'activeConnections' | 'rttMs' | 'endpoint', FigureDraft>>;

function draftOf({ endpoint, ...figures }: Told): ObservationDraft {
  const draft = new ObservationDraft(scrapeMs);
  Object.assign(draft.origin(labels)!, figures);
  if (endpoint !== undefined) Object.assign(draft.endpoint(labels)!, endpoint);
  return draft;
}

function originOf(told: Told): OriginObservation | undefined {
  return draftOf(told).observed()[0]?.loadBalancers[0]?.origins[0];
}

describe('ObservationDraft', () => {
  const rate = { value: 90, ageMs: 20_000 };
  const verdict = { value: 0, ageMs: 3_000 };

  it.each<[string, Told, Partial<OriginObservation> | undefined]>([
    [
      'as old as its oldest figure',
      { rate, rttMs: { value: 12, ageMs: 21_000 } },
      { ageMs: 21_000, ratePerSecond: 90, rttMs: 12 },
    ],
    [
      'not told younger than its rate',
      { rate, rttMs: { value: 12, ageMs: 500 } },
      { ageMs: 20_000, ratePerSecond: 90, rttMs: 12 },
    ],
    [
      'without a latency that has gone',
      { rate, rttMs: { value: 12, ageMs: 35_001 } },
      { ageMs: 20_000, ratePerSecond: 90 },
    ],
    [
      'without connections that have gone',
      { rate, activeConnections: { value: 5, ageMs: 35_001 } },
      { ageMs: 20_000, ratePerSecond: 90 },
    ],
    [
      'of its youngest figures while it has no rate',
      { activeConnections: { value: 5, ageMs: 1_000 }, rttMs: { value: 12, ageMs: 40_000 } },
      { ageMs: 1_000, activeConnections: 5 },
    ],
    [
      'without a rate of unknown age',
      { rate: { value: 90 }, rttMs: { value: 12, ageMs: 500 } },
      { ageMs: 500, rttMs: 12 },
    ],
    [
      'without a rate of which only the age is known',
      { rate: { ageMs: 0 }, rttMs: { value: 12, ageMs: 500 } },
      { ageMs: 500, rttMs: 12 },
    ],
    ['as old as its verdicts when nothing else is known', { endpoint: verdict }, { ageMs: 3_000 }],
    ['with verdicts of their own age', { rate, endpoint: verdict }, { ageMs: 20_000, ratePerSecond: 90 }],
    ['not at all when nothing is known', { rate: { value: 90 }, endpoint: { value: 1 } }, undefined],
  ])('tells an origin %s', (_, told, expected) => {
    const isJudged = told.endpoint?.ageMs !== undefined;
    const endpoints = isJudged ? [{ address: '192.0.2.1', up: false, ageMs: 3_000 }] : [];
    expect(originOf(told)).toEqual(expected && { origin: 'us-west', ...expected, endpoints });
  });

  it('takes an edge and a load balancer of which only origins are known for as old as the youngest', () => {
    const draft = draftOf({ rate });
    Object.assign(draft.origin({ ...labels, origin: 'eu-central' })!, { rttMs: { value: 80, ageMs: 2_000 } });
    expect(draft.observed()).toMatchObject([{ ageMs: 2_000, loadBalancers: [{ ageMs: 2_000 }] }]);
  });

  it('tells of an edge that was only heard', () => {
    const draft = new ObservationDraft(scrapeMs);
    Object.assign(draft.edge(labels)!.heard, { value: 3, ageMs: 3_000 });
    expect(draft.observed()).toEqual([{ edge: 'fra-1', ageMs: 3_000, loadBalancers: [] }]);
  });

  it('tells nothing of what was named and never measured', () => {
    expect(draftOf({}).observed()).toEqual([]);
  });

  it.each([
    ['no edge', { ...labels, edge: undefined }],
    ['an edge that is no name', { ...labels, edge: 'Frankfurt 1' }],
    ['no load balancer', { ...labels, load_balancer: undefined }],
    ['an origin that is no name', { ...labels, origin: '' }],
    ['no endpoint', { ...labels, endpoint: undefined }],
  ])('has no place for %s', (_, others) => {
    const told = Object.entries(others).filter(([, value]) => value !== undefined) as [string, string][];
    expect(new ObservationDraft(scrapeMs).endpoint(Object.fromEntries(told))).toBeUndefined();
  });
});
