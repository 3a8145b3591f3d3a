import { describe, expect, it } from 'vitest';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { anOrigin, aLoadBalancer, aPolicy } from '#testkit/model-builders.js';
import { EDGES, founding, Rehearsal, seen } from '#testkit/rehearsal.js';
import { type CycleInput, decide } from './decide.js';
import type { AssignmentSolver } from './ports/assignment-solver.js';

const solver = new LinearProgramSolver();
const aRehearsal = (configuration = founding()): Rehearsal => new Rehearsal(configuration, solver);

/** In balance: 400 connections per second, half of them at the near origin, which is full. */
function settled(): Rehearsal {
  const rehearsal = aRehearsal();
  rehearsal.decideTimes(2, seen(0));
  rehearsal.decideTimes(40, seen(400));
  return rehearsal;
}

describe('the founding experiment', () => {
  it.each([
    { cycle: 0, demand: 0, near: 1, reason: 'initial' },
    { cycle: 1, demand: 0, near: 1, reason: 'held' },
    { cycle: 2, demand: 400, near: 0.98, reason: 'damped' },
    { cycle: 3, demand: 400, near: 0.96, reason: 'damped' },
    { cycle: 11, demand: 400, near: 0.8, reason: 'damped' },
    { cycle: 26, demand: 400, near: 0.5, reason: 'damped' },
    { cycle: 27, demand: 400, near: 0.5, reason: 'held' },
    { cycle: 60, demand: 400, near: 0.5, reason: 'held' },
  ])('in cycle $cycle the near origin has $near ($reason)', ({ cycle, demand, near, reason }) => {
    const rehearsal = aRehearsal();
    rehearsal.decideTimes(Math.min(cycle, 2), seen(0));
    rehearsal.decideTimes(Math.max(0, cycle - 2), seen(400));
    rehearsal.decideTimes(1, seen(demand));
    for (const edge of EDGES) {
      expect(rehearsal.share('near', edge)).toBeCloseTo(near, 5);
      expect(rehearsal.share('far', edge)).toBeCloseTo(1 - near, 5);
      expect(rehearsal.reason('near', edge)).toBe(reason);
    }
  });

  it('moves no share at all while demand stays as it is', () => {
    const rehearsal = settled();
    const before = rehearsal.shares();
    rehearsal.decideTimes(200, seen(400));
    expect(rehearsal.shares()).toEqual(before);
  });

  it('says that the near origin is overloaded until it has been relieved', () => {
    const rehearsal = aRehearsal();
    rehearsal.decideTimes(2, seen(0));
    rehearsal.decideTimes(1, seen(400));
    expect(rehearsal.state.plan?.notices).toEqual([{ code: 'overload', origins: ['near'] }]);
    rehearsal.decideTimes(40, seen(400));
    expect(rehearsal.state.plan?.notices).toEqual([]);
  });

  it('brings the traffic home two points a cycle when demand falls', () => {
    const rehearsal = settled();
    const steps = Array.from({ length: 40 }, () => {
      const before = rehearsal.share('near')!;
      rehearsal.decideTimes(1, seen(50));
      return rehearsal.share('near')! - before;
    });
    expect(rehearsal.share('near')).toBe(1);
    expect(Math.max(...steps)).toBeCloseTo(0.02, 5);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
  });

  it('gives the plan on record', async () => {
    const rehearsal = aRehearsal();
    rehearsal.decideTimes(2, seen(0));
    const decision = rehearsal.decide(seen(400));
    // After an intended change of plans: npx vitest run --project unit libs/core/decide.spec.ts -u
    await expect(`${JSON.stringify(decision.state.plan, null, 2)}\n`).toMatchFileSnapshot(
      '../../test/golden/founding-experiment.plan.json',
    );
  });
});

describe('a plan made before latency was measured', () => {
  const unmeasured = seen(0, { near: { rttMs: undefined as never }, far: { rttMs: undefined as never } });

  it('is placed anew once, when latency becomes known, and damped from then on', () => {
    const rehearsal = aRehearsal();
    rehearsal.decideTimes(2, unmeasured);
    expect(rehearsal.state.plan?.pairs.map((pair) => pair.isProvisional)).toEqual([true, true]);

    rehearsal.decideTimes(1, seen(0, { near: { rttMs: 300 } }));
    expect([rehearsal.share('far'), rehearsal.reason('far')]).toEqual([1, 'initial']);
    expect(rehearsal.state.plan?.pairs.map((pair) => pair.isProvisional)).toEqual([false, false]);

    // Two figures later the median believes that the origin is near, and the third makes it nearer than the other.
    rehearsal.decideTimes(3, seen(0));
    expect([rehearsal.share('near'), rehearsal.reason('near')]).toEqual([expect.closeTo(0.02, 6), 'damped']);
  });

  it('does not loosen a measured plan when an origin joins that nobody has measured yet', () => {
    const rehearsal = settled();
    const base = founding();
    rehearsal.configuration = {
      ...base,
      loadBalancers: [aLoadBalancer('shop', ['near', 'far', 'new'])],
      origins: [...base.origins, anOrigin('new')],
    };
    rehearsal.decideTimes(1, seen(400));
    const known = seen(400).map((pair) => ({
      ...pair,
      origins: { ...pair.origins, new: { rttMs: 1, isUp: true } },
    }));
    rehearsal.decideTimes(1, known);
    expect([rehearsal.share('new'), rehearsal.reason('new')]).toEqual([expect.closeTo(0.02, 6), 'damped']);
  });
});

describe('moves that are not worth it', () => {
  it('are not made while demand breathes', () => {
    const rehearsal = settled();
    const breath = [404, 396, 408, 400, 392, 400, 412, 388];
    for (let cycle = 0; cycle < 40; cycle += 1) rehearsal.decideTimes(1, seen(breath[cycle % breath.length]!));
    const before = rehearsal.shares();
    for (let cycle = 0; cycle < 40; cycle += 1) {
      rehearsal.decideTimes(1, seen(breath[cycle % breath.length]!));
      expect(rehearsal.shares()).toEqual(before);
    }
  });

  it('are made once they are', () => {
    const rehearsal = settled();
    rehearsal.decideTimes(10, seen(440));
    expect(rehearsal.meanShare('near')).toBeCloseTo(200 / 440, 1.5);
  });

  it('are made where a load balancer takes small steps only', () => {
    const configuration = founding();
    const [shop] = configuration.loadBalancers;
    const policy = aPolicy({ maxShiftPercent: 0.3 });
    const rehearsal = aRehearsal({ ...configuration, loadBalancers: [{ ...shop!, policy }] });
    rehearsal.decideTimes(1, seen(400));
    const before = rehearsal.meanShare('near');
    expect(before).toBeCloseTo(0.5, 1.5);
    rehearsal.decideTimes(40, seen(50));
    expect(rehearsal.meanShare('near')).toBeGreaterThan(before + 30 * 0.0015);
    expect(rehearsal.meanShare('near')).toBeLessThanOrEqual(before + 40 * 0.003 + 1e-5);
  });
});

describe('a capacity that is learnt', () => {
  const learning = (): Rehearsal => {
    const configuration = founding();
    const near = anOrigin('near', { utilization: { query: 'busy' } });
    return aRehearsal({ ...configuration, origins: [configuration.origins[0]!, near] });
  };

  it('counts like a declared one: what is served, divided by how busy that makes the origin', () => {
    const rehearsal = learning();
    rehearsal.decideTimes(1, seen(400));
    expect(rehearsal.share('near')).toBe(1);
    expect(rehearsal.state.plan?.notices).toEqual([{ code: 'capacity-unknown', origins: ['near'] }]);

    rehearsal.decideTimes(30, seen(400, { near: { load: 160 } }), { utilizations: { near: 0.8 } });
    expect(rehearsal.state.plan?.origins[1]).toMatchObject({
      origin: 'near',
      capacity: expect.closeTo(200, 6) as number,
    });
    expect(rehearsal.meanShare('near')).toBeCloseTo(0.5, 1.5);
    expect(rehearsal.state.plan?.notices).toEqual([]);
  });

  it('is kept when nothing tells any more', () => {
    const rehearsal = learning();
    rehearsal.decideTimes(30, seen(400, { near: { load: 160 } }), { utilizations: { near: 0.8 } });
    const before = rehearsal.shares();
    rehearsal.decideTimes(5, seen(400));
    expect(rehearsal.shares()).toEqual(before);
  });
});

describe('replay', () => {
  it('gives the same decision, byte for byte, from a stored input', () => {
    const rehearsal = settled();
    const input = rehearsal.nextInput(seen(777.7, { near: { rttMs: 17.3 } }));
    const stored = JSON.parse(JSON.stringify(input)) as CycleInput;
    expect(JSON.stringify(decide(stored, solver))).toBe(JSON.stringify(decide(input, solver)));
  });
});

describe('stages', () => {
  it('run once each, in their order', () => {
    const stages: string[] = [];
    aRehearsal().decide(seen(0), {
      runStage: (stage, run) => {
        stages.push(stage);
        return run();
      },
    });
    expect(stages).toEqual(['estimate', 'formulate', 'solve', 'guard', 'quantise']);
  });

  it('let the solver know when it must come to an end', () => {
    const by: AssignmentSolver = {
      name: 'hasty',
      solve: (problem, isOver) => ({ ...solver.solve(problem), isOptimal: isOver?.() !== true }),
    };
    const rehearsal = aRehearsal();
    expect(rehearsal.decide(seen(400), { by, isOver: () => true }).outcome).toEqual({ kind: 'planned' });
    expect(rehearsal.state.plan?.notices).toContainEqual({ code: 'not-optimal' });
    rehearsal.decide(seen(400), { by });
    expect(rehearsal.state.plan?.notices).not.toContainEqual({ code: 'not-optimal' });
  });
});
