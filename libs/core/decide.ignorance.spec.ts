import { describe, expect, it } from 'vitest';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { aLoadBalancer, anEdge, anOrigin } from '#testkit/model-builders.js';
import { EDGES, founding, Rehearsal, seen } from '#testkit/rehearsal.js';
import type { CycleState } from './decide.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from './settings.js';

const aRehearsal = (configuration = founding()): Rehearsal => new Rehearsal(configuration, new LinearProgramSolver());

/** In balance: 400 connections per second, half of them at the near origin, which is full. */
function settled(): Rehearsal {
  const rehearsal = aRehearsal();
  rehearsal.decideTimes(2, seen(0));
  rehearsal.decideTimes(40, seen(400));
  return rehearsal;
}

describe('when little is known', () => {
  it('moves no share after a restart that finds no figures', () => {
    const rehearsal = settled();
    const before = rehearsal.shares();
    rehearsal.state = JSON.parse(JSON.stringify(rehearsal.state)) as CycleState;
    rehearsal.decideTimes(1, []);
    expect(rehearsal.shares()).toEqual(before);
    expect(rehearsal.reason('near')).toBe('stale');
  });

  it('moves no share of an edge whose figures are too old, and goes on with the others', () => {
    const rehearsal = aRehearsal();
    rehearsal.decideTimes(2, seen(0));
    const [first, second] = seen(400);
    rehearsal.decideTimes(1, [{ ...first!, ageMs: settings.cycleMs * settings.staleAfterCycles + 1 }, second!]);
    expect([rehearsal.share('near', 'ams-1'), rehearsal.reason('near', 'ams-1')]).toEqual([1, 'stale']);
    expect([rehearsal.share('near', 'ams-2'), rehearsal.reason('near', 'ams-2')]).toEqual([1, 'held']);
  });

  it('moves no share while more than half of the edges are silent, and says so', () => {
    const edges = ['a', 'b', 'c'];
    const rehearsal = aRehearsal({ ...founding(), edges: edges.map((edge) => anEdge(edge)) });
    const view = (demand: number, silent: readonly string[]) =>
      edges.map((edge) => ({
        ...seen(demand)[0]!,
        edge,
        ageMs: silent.includes(edge) ? settings.cycleMs * settings.staleAfterCycles + 1 : 0,
      }));
    rehearsal.decideTimes(1, view(0, []));
    rehearsal.decideTimes(1, view(1_000, ['a', 'b']));
    expect(rehearsal.share('near', 'c')).toBe(1);
    expect(rehearsal.state.plan?.notices).toContainEqual({ code: 'mass-silence', silentEdges: ['a', 'b'] });

    rehearsal.decideTimes(1, view(1_000, ['a']));
    expect(rehearsal.share('near', 'c')).toBeCloseTo(0.98, 6);
  });

  it('still plans a load balancer that is new while everything is silent', () => {
    const rehearsal = settled();
    const known = rehearsal.shares() as readonly unknown[];
    const { loadBalancers, ...rest } = founding();
    rehearsal.configuration = { ...rest, loadBalancers: [aLoadBalancer('blog', ['near', 'far']), ...loadBalancers] };
    rehearsal.decideTimes(1, []);
    expect(rehearsal.share('near', 'ams-1', 'blog')! + rehearsal.share('far', 'ams-1', 'blog')!).toBeCloseTo(1, 6);
    expect(rehearsal.reason('near', 'ams-1', 'blog')).toBe('initial');
    expect((rehearsal.shares() as readonly unknown[]).slice(2)).toEqual(known);
  });

  it('reckons with an edge that was named like a property of every object', () => {
    const rehearsal = aRehearsal({ ...founding(), edges: [anEdge('constructor')] });
    rehearsal.decideTimes(1, []);
    expect(rehearsal.state.memory.edges).toEqual([]);
  });

  it('remembers which endpoints an edge last saw dead, as long as it counts with its demand', () => {
    const rehearsal = aRehearsal();
    rehearsal.decideTimes(2, seen(100));
    const [first, second] = seen(100, { near: { isUp: false } });
    rehearsal.decideTimes(1, [first!, seen(100)[1]!]);
    expect(rehearsal.share('near', 'ams-1')).toBe(0);
    // Edge ams-1 falls silent, and ams-2 goes on.
    const silent = { ...second!, origins: seen(100)[1]!.origins! };
    rehearsal.decideTimes(settings.demandMemoryCycles, [silent]);
    expect(rehearsal.share('near', 'ams-1')).toBe(0);
    rehearsal.decideTimes(1, seen(100));
    expect(rehearsal.share('near', 'ams-1')).toBeCloseTo(0.02, 6);
  });
});

describe('when no origin is healthy, or none in use', () => {
  it('fails open in proportion to declared capacity, and says so', () => {
    const rehearsal = aRehearsal({
      ...founding(),
      origins: [anOrigin('far', { capacity: { rate: 600 } }), anOrigin('near', { capacity: { rate: 200 } })],
    });
    rehearsal.decideTimes(1, seen(400, { near: { isUp: false }, far: { isUp: false } }));
    expect([rehearsal.share('near'), rehearsal.share('far')]).toEqual([0.25, 0.75]);
    expect(rehearsal.reason('near')).toBe('fail-open');
    expect(rehearsal.state.plan?.notices).toContainEqual({ code: 'fail-open', loadBalancer: 'shop', edges: EDGES });
  });
});
