import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listArcs } from '#core/formulate/arc-columns.js';
import type { Problem } from '#core/formulate/problem.js';
import { type AssignmentSolver, type Solution, SolverFailure } from '#core/ports/assignment-solver.js';
import { costOfShares } from '#testkit/optimality.js';
import { problems, sideBySide } from '#testkit/problem-arbitraries.js';
import { ComponentSolver } from './component-solver.js';
import { createAssignmentSolver } from './create-assignment-solver.js';
import { NetworkSimplexSolver } from './network-simplex/network-simplex-solver.js';

const failure = new SolverFailure('not-a-number', 'fussy');

/** Solves but those parts whose first pair has one of these demands. */
class FussySolver implements AssignmentSolver {
  readonly name = 'fussy';

  constructor(
    private readonly refused: readonly number[],
    private readonly changes: Partial<Solution> = {},
    private readonly thrown: Error = failure,
  ) {}

  solve(problem: Problem, isOver?: () => boolean): Solution {
    if (this.refused.includes(problem.pairs[0]?.demand ?? 0)) throw this.thrown;
    return { ...new NetworkSimplexSolver().solve(problem, isOver), ...this.changes };
  }
}

function withDemands(demand: number): (problem: Problem) => Problem {
  return (problem) => ({ ...problem, pairs: problem.pairs.map((pair) => ({ ...pair, demand })) });
}

/** Told apart by their demands: 1, 2 and 3. */
const [first, second, third] = [1, 2, 3].flatMap((demand) =>
  fc.sample(problems({ balancers: 2, edges: 3, origins: 3 }).map(withDemands(demand)), {
    numRuns: 1,
    seed: 10 + demand,
  }),
) as [Problem, Problem, Problem];
const whole = sideBySide([first, second, third]);

describe('ComponentSolver', () => {
  it('answers for all parts as for each', () => {
    const { shares, cost, prices } = new ComponentSolver(new NetworkSimplexSolver()).solve(whole);
    const apart = [first, second, third].map((part) => new NetworkSimplexSolver().solve(part));
    expect(Array.from(shares)).toEqual(apart.flatMap((solution) => Array.from(solution.shares)));
    expect(cost).toBeCloseTo(costOfShares(whole, shares), 6);
    expect(Array.from(prices!.routesMs)).toEqual(apart.flatMap((solution) => Array.from(solution.prices!.routesMs)));
    expect(Array.from(prices!.originsMs)).toEqual(apart.flatMap((solution) => Array.from(solution.prices!.originsMs)));
  });

  it('lets the others stand when one fails', () => {
    const { shares, cost, failures, prices } = new ComponentSolver(new FussySolver([2])).solve(whole);
    const middle = first.pairs.length;
    expect(failures).toEqual([{ pairs: second.pairs.map((_pair, index) => middle + index), failure }]);
    listArcs(whole.arcs).forEach(({ pair }, arc) => {
      expect(Number.isNaN(shares[arc])).toBe(failures[0]!.pairs.includes(pair));
    });
    const others = new NetworkSimplexSolver().solve(first).cost + new NetworkSimplexSolver().solve(third).cost;
    expect(cost).toBeCloseTo(others, 6);
    expect(prices!.originsMs[first.origins.length]).toBeNaN();
  });

  it('throws the first failure when all fail', () => {
    expect(() => new ComponentSolver(new FussySolver([1, 2, 3])).solve(whole)).toThrow(failure);
    expect(() => new ComponentSolver(new FussySolver([1])).solve(first)).toThrow(failure);
  });

  it('hides no bug', () => {
    const bug = new TypeError('bug');
    expect(() => new ComponentSolver(new FussySolver([2], {}, bug)).solve(whole)).toThrow(bug);
  });

  it('is optimal when all parts are, and counts the rescues of all', () => {
    const rescued = new ComponentSolver(new FussySolver([], { rescues: 1, prices: null })).solve(whole);
    expect(rescued).toMatchObject({ rescues: 3, prices: null, isOptimal: true });
    expect(new ComponentSolver(new FussySolver([], { isOptimal: false })).solve(whole).isOptimal).toBe(false);
  });

  it('tells parts about the time', () => {
    let asked = 0;
    const isOver = (): boolean => {
      asked += 1;
      return true;
    };
    new ComponentSolver(new NetworkSimplexSolver()).solve(whole, isOver);
    expect(asked).toBeGreaterThan(0);
  });
});

describe('createAssignmentSolver', () => {
  it('solves parts apart, and remembers none of one for another', () => {
    const some = fc.array(problems({ balancers: 2, edges: 3, origins: 3 }), { minLength: 1, maxLength: 3 });
    const solver = createAssignmentSolver();
    fc.assert(
      fc.property(some, (parts) => {
        const problem = sideBySide(parts);
        const { shares, cost, isOptimal, failures, rescues } = solver.solve(problem);
        expect({ isOptimal, failures, rescues }).toEqual({ isOptimal: true, failures: [], rescues: 0 });
        const apart = parts.reduce((sum, part) => sum + new NetworkSimplexSolver().solve(part).cost, 0);
        expect(Math.abs(cost - apart)).toBeLessThanOrEqual(1e-9 * apart);
        expect(createAssignmentSolver().solve(problem).shares).toEqual(shares);
      }),
      { numRuns: 200, seed: 20_260_903 },
    );
  });
});
