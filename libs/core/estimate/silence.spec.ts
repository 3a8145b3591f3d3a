import { describe, expect, it } from 'vitest';
import { aConfiguration, anEdge } from '#testkit/model-builders.js';
import { anObservation } from '#testkit/observation-builders.js';
import { edgeName } from '../model/name.js';
import type { ServingState } from '../model/origin.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { EMPTY_MEMORY } from './estimate.js';
import { hearEdges, type Hearing } from './silence.js';

const STALE_MS = settings.cycleMs * settings.staleAfterCycles;
const LIVE_MS = settings.cycleMs * settings.demandMemoryCycles;
const NOW_MS = 10_000_000;

/** `remembered` and `ages` by edge: when it last spoke as memory has it, and how old its word is now, both as ages in ms. */
function heard(
  ages: Readonly<Record<string, number>>,
  remembered: Readonly<Record<string, number>> = {},
  states: Readonly<Record<string, ServingState>> = {},
): Hearing {
  const names = [...new Set([...Object.keys(ages), ...Object.keys(remembered), ...Object.keys(states)])].sort();
  return hearEdges(
    aConfiguration({ edges: names.map((name) => anEdge(name, { state: states[name] ?? 'active' })) }),
    anObservation(
      NOW_MS,
      Object.entries(ages).map(([edge, ageMs]) => ({ edge, ageMs })),
    ),
    {
      ...EMPTY_MEMORY,
      edges: Object.entries(remembered).map(([edge, ageMs]) => ({
        edge: edgeName(edge),
        lastHeardMs: NOW_MS - ageMs,
      })),
    },
    settings,
  );
}

describe('silence', () => {
  it.each([
    { case: 'nobody ever spoke', ages: {}, silent: [], isMass: false },
    { case: 'everybody speaks', ages: { a: 0, b: STALE_MS }, silent: [], isMass: false },
    { case: 'one of three', ages: { a: 0, b: 0, c: STALE_MS + 1 }, silent: ['c'], isMass: false },
    { case: 'half', ages: { a: 0, b: STALE_MS + 1 }, silent: ['b'], isMass: false },
    { case: 'more than half', ages: { a: 0, b: STALE_MS + 1, c: STALE_MS + 1 }, silent: ['b', 'c'], isMass: true },
    { case: 'the only one', ages: { a: STALE_MS + 1 }, silent: ['a'], isMass: true },
    { case: 'one that telemetry forgot', ages: { a: 0 }, known: { b: STALE_MS + 1 }, silent: ['b'], isMass: false },
    {
      case: 'one not missed any more',
      ages: { a: 0 },
      known: { b: settings.edgeMemoryMs + 1 },
      silent: [],
      isMass: false,
    },
  ])('of $case', ({ ages, known = {}, silent, isMass }) => {
    expect(heard(ages as Record<string, number>, known as Record<string, number>)).toMatchObject({
      silentEdges: silent,
      isMassSilence: isMass,
    });
  });

  it.each(['draining', 'disabled'] as const)(
    'is not missed of an edge that is %s, and what it said stands',
    (state) => {
      const states = { b: state, c: state };
      const hearing = heard({ a: 0 }, { b: STALE_MS + 1, c: STALE_MS + 1 }, states);
      expect(hearing).toMatchObject({ silentEdges: [], isMassSilence: false });
      expect(hearing.memory.map(({ edge }) => edge)).toEqual(['a', 'b', 'c']);
      expect([...hearing.liveEdges]).toEqual(['a', 'b', 'c']);
    },
  );

  it('of most edges counts only those in use', () => {
    const silent = { b: STALE_MS + 1, c: STALE_MS + 1 };
    expect(heard({ a: 0 }, silent, { c: 'draining' })).toMatchObject({ silentEdges: ['b'], isMassSilence: false });
    expect(heard({ a: 0 }, silent, { a: 'draining' })).toMatchObject({ silentEdges: ['b', 'c'], isMassSilence: true });
  });

  it('ends when the edge speaks again, whatever memory has', () => {
    expect(heard({ a: 0 }, { a: STALE_MS + 1 }).silentEdges).toEqual([]);
  });

  it.each([
    { ageMs: LIVE_MS, isLive: true },
    { ageMs: LIVE_MS + 1, isLive: false },
  ])('of $ageMs ms leaves what was last said in force: $isLive', ({ ageMs, isLive }) => {
    expect(heard({}, { a: ageMs }).liveEdges.has(edgeName('a'))).toBe(isLive);
  });

  it('is remembered for an hour, by name, and for no edge that was never heard of', () => {
    const { memory } = heard(
      { c: 0, a: 10 },
      { b: settings.edgeMemoryMs, d: settings.edgeMemoryMs + 1 },
      { e: 'active' },
    );
    expect(memory).toEqual([
      { edge: 'a', lastHeardMs: NOW_MS - 10 },
      { edge: 'b', lastHeardMs: NOW_MS - settings.edgeMemoryMs },
      { edge: 'c', lastHeardMs: NOW_MS },
    ]);
  });
});

describe('a departed edge', () => {
  const hearing = (ageMs: number, state: ServingState, withdrawal: { readonly hasWithdrawn?: true }): Hearing => {
    const configuration = aConfiguration({ edges: [anEdge('a', { state })] });
    const told = { edge: edgeName('a'), ageMs: 0, loadBalancers: [], ...withdrawal };
    const spoken = { takenAtMs: NOW_MS - ageMs, edges: [told], utilizations: [] };
    const { memory } = hearEdges(configuration, spoken, EMPTY_MEMORY, settings);
    // By now telemetry itself may have forgotten the edge.
    const silence = { takenAtMs: NOW_MS, edges: [], utilizations: [] };
    return hearEdges(configuration, silence, { ...EMPTY_MEMORY, edges: memory }, settings);
  };

  it.each<[string, ServingState, { readonly hasWithdrawn?: true }]>([
    ['had withdrawn its addresses', 'active', { hasWithdrawn: true }],
    ['is draining', 'draining', {}],
    ['is disabled', 'disabled', {}],
  ])('is one that %s and fell silent; what its probes said stands', (_name, state, withdrawal) => {
    expect(hearing(STALE_MS, state, withdrawal).departedEdges.size).toBe(0);
    const silent = hearing(STALE_MS + 1, state, withdrawal);
    expect([...silent.departedEdges]).toEqual(['a']);
    expect([...silent.liveEdges]).toEqual(['a']);
  });

  it('is none that only fell silent: its users may yet be there', () => {
    expect(hearing(LIVE_MS, 'active', {}).departedEdges.size).toBe(0);
  });

  it('is back when it announces again', () => {
    const told = { edge: edgeName('a'), ageMs: 0, loadBalancers: [] };
    const known = { ...EMPTY_MEMORY, edges: [{ edge: edgeName('a'), lastHeardMs: 0, hasWithdrawn: true as const }] };
    const spoken = { takenAtMs: NOW_MS, edges: [told], utilizations: [] };
    const { memory } = hearEdges(aConfiguration({ edges: [anEdge('a')] }), spoken, known, settings);
    expect(memory).toEqual([{ edge: 'a', lastHeardMs: NOW_MS }]);
  });
});
