/** The solver must come to an end at this part of the deadline; what is left is for the guard and for weights. */
const SOLVER_PART = 0.7;

const NANOSECONDS_PER_MS = 1e6;

/** When the solver must come to an end of a decision that has so long from now, as `process.hrtime` tells it. */
export function solverOverAtNs(deadlineMs: number): bigint {
  return process.hrtime.bigint() + BigInt(Math.round(deadlineMs * SOLVER_PART * NANOSECONDS_PER_MS));
}
