/** What is measured. A reference is left out where it would take minutes or more memory than there is. */
export interface SolverSubject {
  readonly solver: SolverName;
  readonly arcs: number;
}

export type SolverName = 'network-simplex' | 'highs' | 'linear-program';

const SIZES = [100, 1_000, 10_000, 100_000, 1_000_000];

/** HiGHS took minutes and gigabytes for a million arcs; javascript-lp-solver 20 s and 6 GB for 10,000. */
const MOST_ARCS: Readonly<Record<SolverName, number>> = {
  'network-simplex': 1_000_000,
  highs: 100_000,
  'linear-program': 1_000,
};

const SOLVERS: readonly SolverName[] = ['network-simplex', 'highs', 'linear-program'];

export const SOLVER_SUBJECTS: readonly SolverSubject[] = SIZES.flatMap((arcs) =>
  SOLVERS.filter((solver) => arcs <= MOST_ARCS[solver]).map((solver) => ({ solver, arcs })),
);

export const CYCLE_SUBJECTS = [
  { edges: 10, balancers: 10, origins: 5 },
  { edges: 100, balancers: 50, origins: 20 },
  { edges: 1_000, balancers: 50, origins: 20 },
] as const;
