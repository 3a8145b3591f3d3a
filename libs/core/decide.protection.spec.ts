import { describe, expect, it } from 'vitest';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin, aPolicy } from '#testkit/model-builders.js';
import type { SeenPair } from '#testkit/observation-builders.js';
import { founding, Rehearsal, seen } from '#testkit/rehearsal.js';

const aRehearsal = (configuration = founding()): Rehearsal => new Rehearsal(configuration, new LinearProgramSolver());

/** In balance: 400 connections per second, half of them at the near origin, which is full. */
function settled(): Rehearsal {
  const rehearsal = aRehearsal();
  rehearsal.decideTimes(2, seen(0));
  rehearsal.decideTimes(40, seen(400));
  return rehearsal;
}

describe('an origin that may no longer serve', () => {
  const losses: readonly [string, (rehearsal: Rehearsal) => readonly SeenPair[]][] = [
    ['unhealthy', () => seen(400, { far: { isUp: false } })],
    [
      'draining',
      (rehearsal) => {
        rehearsal.configuration = founding('active', 'draining');
        return seen(400);
      },
    ],
    [
      'disabled',
      (rehearsal) => {
        rehearsal.configuration = founding('active', 'disabled');
        return seen(400);
      },
    ],
  ];

  it.each(losses)('loses everything at once when %s, and is filled again at the damped pace', (_name, lose) => {
    const rehearsal = settled();
    rehearsal.decideTimes(1, lose(rehearsal));
    expect([rehearsal.share('near'), rehearsal.share('far')]).toEqual([1, 0]);
    expect([rehearsal.reason('near'), rehearsal.reason('far')]).toEqual(['ineligible', 'ineligible']);

    rehearsal.configuration = founding();
    rehearsal.decideTimes(1, seen(400));
    expect(rehearsal.share('far')).toBeCloseTo(0.02, 6);
    expect(rehearsal.reason('far')).toBe('damped');
    rehearsal.decideTimes(1, seen(400));
    expect(rehearsal.share('far')).toBeCloseTo(0.04, 6);
  });

  it('gives what it loses to where there is headroom, not to the nearest', () => {
    const rates = { near: 100, mid: 100, far: 1_000 };
    const rehearsal = aRehearsal(
      aConfiguration({
        loadBalancers: [aLoadBalancer('shop', ['near', 'mid', 'far'])],
        origins: Object.entries(rates).map(([name, rate]) => anOrigin(name, { capacity: { rate } })),
        edges: [anEdge('ams-1')],
      }),
    );
    const view = (isUp: boolean): readonly SeenPair[] => [
      {
        edge: 'ams-1',
        demand: 200,
        origins: { near: { rttMs: 5, isUp }, mid: { rttMs: 20, isUp: true }, far: { rttMs: 90, isUp: true } },
      },
    ];
    rehearsal.decideTimes(1, view(true));
    expect([rehearsal.share('near'), rehearsal.share('mid')]).toEqual([
      expect.closeTo(0.5, 1.5),
      expect.closeTo(0.5, 1.5),
    ]);
    rehearsal.decideTimes(1, view(false));
    expect(rehearsal.share('far')).toBeCloseTo(0.5, 1.5);
    expect(rehearsal.share('mid')).toBeCloseTo(0.5, 1.5);
  });

  it('leaves one edge alone when only another edge sees it down', () => {
    const rehearsal = settled();
    const [first, second] = seen(400);
    const blind = { ...first!, origins: { near: { rttMs: 5, isUp: false }, far: { rttMs: 105, isUp: true } } };
    rehearsal.decideTimes(1, [blind, second!]);
    expect(rehearsal.share('near', 'ams-1')).toBe(0);
    expect(rehearsal.share('near', 'ams-2')).toBeGreaterThanOrEqual(0.5);
  });
});

describe('an overloaded origin', () => {
  it.each([
    { demand: 400, shares: [0.75, 0.5, 0.5] },
    { demand: 800, shares: [0.75, 0.5, 0.25, 0.25] },
  ])(
    'of $demand connections per second is left by 25 points a cycle, and no more than it must',
    ({ demand, shares }) => {
      const rehearsal = aRehearsal();
      rehearsal.decideTimes(2, seen(0));
      for (const share of shares) {
        rehearsal.decideInLoop(1, demand);
        expect(rehearsal.meanShare('near')).toBeCloseTo(share, 1.5);
      }
      const before = rehearsal.shares();
      rehearsal.decideInLoop(20, demand);
      expect(rehearsal.shares()).toEqual(before);
      expect(rehearsal.state.plan?.notices).toEqual([]);
    },
  );

  it('says so, where share leaves it and where it arrives', () => {
    const rehearsal = aRehearsal();
    rehearsal.decideTimes(2, seen(0));
    rehearsal.decideTimes(1, seen(400, { near: { load: 400 }, far: { load: 0 } }));
    expect([rehearsal.reason('near'), rehearsal.reason('far')]).toEqual(['overload', 'overload']);
  });

  it('is left by the ordinary step where that is more, or all that is allowed', () => {
    const configuration = founding();
    const [shop] = configuration.loadBalancers;
    for (const [overloadMaxShiftPercent, share] of [
      [0, 0.98],
      [10, 0.9],
      [100, 0.5],
    ] as const) {
      const policy = aPolicy({ overloadMaxShiftPercent });
      const rehearsal = aRehearsal({ ...configuration, loadBalancers: [{ ...shop!, policy }] });
      rehearsal.decideTimes(2, seen(0));
      rehearsal.decideTimes(1, seen(500, { near: { load: 500 } }));
      expect(rehearsal.meanShare('near')).toBeCloseTo(share, 1.5);
    }
  });

  it('is left at the ordinary pace where no headroom was measured', () => {
    const configuration = founding();
    const far = anOrigin('far', { capacity: { rate: 100 } });
    const rehearsal = aRehearsal({ ...configuration, origins: [far, configuration.origins[1]!] });
    rehearsal.decideTimes(2, seen(0));
    rehearsal.decideTimes(1, seen(800, { near: { load: 800 }, far: { load: 100 } }));
    expect([rehearsal.share('near'), rehearsal.reason('near')]).toEqual([expect.closeTo(0.98, 6), 'damped']);
  });

  it('is filled again at the ordinary pace', () => {
    const rehearsal = aRehearsal();
    rehearsal.decideTimes(2, seen(0));
    rehearsal.decideInLoop(10, 800);
    const before = rehearsal.meanShare('near');
    for (let cycle = 1; cycle <= 10; cycle += 1) {
      const last = rehearsal.share('near')!;
      rehearsal.decideInLoop(1, 100);
      expect(rehearsal.share('near')! - last).toBeLessThanOrEqual(0.02 + 1e-6);
    }
    expect(rehearsal.meanShare('near')).toBeGreaterThan(before + 0.1);
  });
});

describe('an urgent cycle', () => {
  it('moves nothing that an ordinary one would', () => {
    const rehearsal = aRehearsal();
    rehearsal.decideTimes(2, seen(0));
    const before = rehearsal.shares();
    rehearsal.decideTimes(3, seen(400), { isUrgent: true });
    expect(rehearsal.shares()).toEqual(before);
    expect(rehearsal.reason('near')).toBe('held');
    rehearsal.decideTimes(1, seen(400));
    expect(rehearsal.reason('near')).toBe('damped');
  });

  it('takes share away from what may not serve, and moves no more than that', () => {
    const rehearsal = settled();
    const [first, second] = seen(100, { far: { isUp: false } });
    rehearsal.decideTimes(1, [first!, { ...second!, origins: seen(100)[1]!.origins! }], { isUrgent: true });
    expect([rehearsal.share('near'), rehearsal.reason('near')]).toEqual([1, 'ineligible']);
    expect([rehearsal.share('near', 'ams-2'), rehearsal.reason('near', 'ams-2')]).toEqual([
      expect.closeTo(0.5, 1.5),
      'held',
    ]);
  });

  it('relieves an overloaded origin', () => {
    const rehearsal = aRehearsal();
    rehearsal.decideTimes(2, seen(0));
    rehearsal.decideTimes(1, seen(800, { near: { load: 800 } }), { isUrgent: true });
    expect([rehearsal.share('near'), rehearsal.reason('near')]).toEqual([expect.closeTo(0.75, 6), 'overload']);
  });

  it('places what is new', () => {
    const rehearsal = aRehearsal();
    rehearsal.decideTimes(1, seen(100), { isUrgent: true });
    expect([rehearsal.share('near'), rehearsal.reason('near')]).toEqual([1, 'initial']);
  });
});
