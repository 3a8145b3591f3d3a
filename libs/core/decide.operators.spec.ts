import { describe, expect, it } from 'vitest';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { aPolicy } from '#testkit/model-builders.js';
import { EDGES, founding, Rehearsal, seen } from '#testkit/rehearsal.js';
import type { Configuration } from './model/configuration.js';
import type { Policy } from './model/load-balancer.js';
import { type OriginName, originName } from './model/name.js';
import { type AssignmentSolver, SolverFailure } from './ports/assignment-solver.js';

const aRehearsal = (configuration = founding()): Rehearsal => new Rehearsal(configuration, new LinearProgramSolver());

/** In balance: 400 connections per second, half of them at the near origin, which is full. */
function settled(): Rehearsal {
  const rehearsal = aRehearsal();
  rehearsal.decideTimes(2, seen(0));
  rehearsal.decideTimes(40, seen(400));
  return rehearsal;
}

function withPolicy(policy: Partial<Policy>): Configuration {
  const { loadBalancers, ...rest } = founding();
  return { ...rest, loadBalancers: loadBalancers.map((balancer) => ({ ...balancer, policy: aPolicy(policy) })) };
}

function percents(given: Readonly<Record<string, number>>): Readonly<Record<OriginName, number>> {
  return Object.fromEntries(Object.entries(given).map(([origin, percent]) => [originName(origin), percent]));
}

describe('origins that operators took out of use', () => {
  it('never fails open to an origin that operators took out of use', () => {
    const rehearsal = aRehearsal(founding('draining'));
    rehearsal.decideTimes(1, seen(400, { near: { isUp: false }, far: { isUp: false } }));
    expect([rehearsal.share('near'), rehearsal.share('far')]).toEqual([0, 1]);
  });

  it('serves nothing when operators disabled all, and at once again when one is back', () => {
    const rehearsal = settled();
    rehearsal.configuration = founding('disabled', 'disabled');
    const { weights } = rehearsal.decide(seen(400));
    expect([rehearsal.share('near'), rehearsal.share('far')]).toEqual([0, 0]);
    expect(rehearsal.reason('far')).toBe('unserved');
    expect(weights.map(({ endpoints }) => endpoints)).toEqual([[], []]);

    rehearsal.configuration = founding('disabled', 'active');
    rehearsal.decideTimes(1, seen(400));
    expect([rehearsal.share('far'), rehearsal.reason('far')]).toEqual([1, 'ineligible']);
  });
});

describe('shares set by hand', () => {
  const byHand = (near: number, far: number): Configuration =>
    withPolicy({ mode: 'manual', manualShares: percents({ near, far }) });

  it('apply though percents told to a hundredth do not quite sum to 100', () => {
    const rehearsal = settled();
    rehearsal.configuration = byHand(66.67, 33.34);
    expect(rehearsal.decide(seen(400)).outcome).toEqual({ kind: 'planned' });
    expect(rehearsal.share('near')).toBeCloseTo(0.6666, 3);
  });

  it('apply at once, whatever demand and latency say, and go back under damping', () => {
    const rehearsal = settled();
    rehearsal.configuration = byHand(0, 100);
    rehearsal.decideTimes(1, seen(400));
    expect(rehearsal.shares()).toEqual(
      EDGES.map(() => [
        ['far', 1],
        ['near', 0],
      ]),
    );
    expect([rehearsal.reason('near'), rehearsal.reason('far')]).toEqual(['manual', 'manual']);

    rehearsal.configuration = founding();
    for (const near of [0.02, 0.04, 0.06]) {
      rehearsal.decideTimes(1, seen(400));
      expect([rehearsal.share('near'), rehearsal.reason('near')]).toEqual([expect.closeTo(near, 6), 'damped']);
    }
  });

  it('apply to what is silent, frozen, overloaded or without a plan, too, and in an urgent cycle', () => {
    const rehearsal = aRehearsal(byHand(70, 30));
    const expectSet = () => {
      expect(rehearsal.shares()).toEqual(
        EDGES.map(() => [
          ['far', 0.3],
          ['near', 0.7],
        ]),
      );
    };
    rehearsal.decideTimes(1, []);
    expectSet();
    rehearsal.decideTimes(3, seen(1_000, { near: { load: 700 } }));
    expectSet();
    rehearsal.configuration = withPolicy({
      mode: 'manual',
      manualShares: percents({ near: 70, far: 30 }),
      frozen: true,
    });
    rehearsal.decideTimes(1, seen(1_000), { isUrgent: true });
    expectSet();
  });

  it('give what may not serve to the others, and take it back at once', () => {
    const rehearsal = aRehearsal(byHand(70, 30));
    rehearsal.decideTimes(1, seen(100, { near: { isUp: false } }));
    expect([rehearsal.share('near'), rehearsal.share('far')]).toEqual([0, 1]);
    rehearsal.decideTimes(1, seen(100));
    expect([rehearsal.share('near'), rehearsal.share('far')]).toEqual([0.7, 0.3]);
  });

  it('apply even when the solver fails', () => {
    const rehearsal = settled();
    rehearsal.configuration = byHand(0, 100);
    const by: AssignmentSolver = {
      name: 'fake',
      solve: () => {
        throw new SolverFailure('infeasible', 'fake');
      },
    };
    expect(rehearsal.decide(seen(400), { by }).outcome).toMatchObject({ kind: 'kept', cause: 'solver-failure' });
    expect(rehearsal.share('far')).toBe(1);
  });
});

describe('a load balancer that operators froze', () => {
  it('keeps its shares whatever happens, until they thaw it', () => {
    const rehearsal = settled();
    const before = rehearsal.shares();
    rehearsal.configuration = withPolicy({ frozen: true });
    rehearsal.decideTimes(5, seen(2_000, { near: { load: 1_000, rttMs: 300 } }));
    expect(rehearsal.shares()).toEqual(before);
    expect(rehearsal.reason('near')).toBe('frozen');

    rehearsal.configuration = founding();
    rehearsal.decideTimes(1, seen(2_000));
    expect(rehearsal.reason('near')).toBe('damped');
  });

  it('leaves what may not serve, and does not come back to it', () => {
    const rehearsal = settled();
    rehearsal.configuration = withPolicy({ frozen: true });
    rehearsal.decideTimes(1, seen(400, { near: { isUp: false } }));
    expect([rehearsal.share('near'), rehearsal.share('far')]).toEqual([0, 1]);
    expect([rehearsal.reason('near'), rehearsal.reason('far')]).toEqual(['ineligible', 'ineligible']);
    rehearsal.decideTimes(3, seen(400));
    expect([rehearsal.share('near'), rehearsal.reason('near')]).toEqual([0, 'frozen']);
  });

  it('is placed once, when it is new', () => {
    const rehearsal = aRehearsal(withPolicy({ frozen: true }));
    rehearsal.decideTimes(1, seen(100));
    expect([rehearsal.share('near'), rehearsal.reason('near')]).toEqual([1, 'initial']);
  });
});
