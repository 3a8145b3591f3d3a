import type { PairName } from '../metrics/share-history.js';
import type { JudgedRun, Target } from './target.js';

/** Weir breaks no promise about how far shares move. */
export const keepsDampingContract: Target = ofWeir(({ breaches }) => {
  const [first] = breaches ?? [];
  return {
    claim: 'Weir keeps the damping contract',
    measured: first === undefined ? 'no breach' : `${breaches?.length ?? 0} breaches, first: ${first}`,
    isMet: first === undefined,
  };
});

/** Weir's excess is at most this part of the damped greedy policy's. */
export function excessAtMost(part: number): Target {
  return ({ runs }) => {
    const [weir, greedy] = [runs.get('weir'), runs.get('greedy-damped')];
    if (weir === undefined || greedy === undefined) return null;
    const [own, other] = [weir.score.excessConnections, greedy.score.excessConnections];
    return {
      claim: `Weir's excess is at most ${part} of the damped greedy policy's`,
      measured: `${own.toFixed(0)} against ${other.toFixed(0)} connections: ${(own / other).toFixed(3)}`,
      isMet: own <= part * other,
    };
  };
}

/** Once settled, shares vary by no more than this and never turn round. */
export function staysWithoutSwinging(deviationPoints: number): Target {
  return ofWeir(({ score: { settledReversals, settledDeviationPoints } }) => ({
    claim: `once settled, Weir's shares do not swing: deviation at most ${deviationPoints} points, no reversal`,
    measured: `${settledDeviationPoints.toFixed(2)} points, ${settledReversals} reversals`,
    isMet: settledDeviationPoints <= deviationPoints && settledReversals === 0,
  }));
}

export function staysWithin(deviationPoints: number): Target {
  return ofWeir(({ score: { settledDeviationPoints } }) => ({
    claim: `once settled, no share of Weir's deviates by more than ${deviationPoints} points`,
    measured: `${settledDeviationPoints.toFixed(2)} points`,
    isMet: settledDeviationPoints <= deviationPoints,
  }));
}

/** Mean latency is at most this multiple of the reference's. */
export function latencyWithin(ratio: number): Target {
  return ofWeir(({ score: { latencyRatio } }) => ({
    claim: `Weir's mean latency is within ${((ratio - 1) * 100).toFixed(0)} % of the optimum's`,
    measured: `${((latencyRatio - 1) * 100).toFixed(2)} % above it`,
    isMet: latencyRatio <= ratio,
  }));
}

export const avoidsAvoidableOverload: Target = ofWeir(({ score: { avoidableOverloadMinutes } }) => ({
  claim: 'Weir overloads no origin that the optimum does not',
  measured: `${avoidableOverloadMinutes} minutes`,
  isMet: avoidableOverloadMinutes === 0,
}));

/** No share moves from one time to the other. `what` completes "during". */
export function holdsStill(what: string, fromSeconds: number, toSeconds: number): Target {
  return ofWeir(({ shares }) => {
    const moves = shares.moves(fromSeconds, toSeconds);
    const largest = Math.max(0, ...moves.map(Math.abs));
    return {
      claim: `no share of Weir's moves during ${what}`,
      measured: moves.length === 0 ? 'none moved' : `${moves.length} moves, the largest of ${points(largest)}`,
      isMet: moves.length === 0,
    };
  });
}

/** A share comes back by at most `maxShift` a cycle (a fraction), and is back in the end. */
export function comesBackDamped(
  pair: PairName,
  origin: string,
  recovery: { readonly fromSeconds: number; readonly maxShift: number; readonly before: number },
): Target {
  return ofWeir(({ shares }) => {
    const line = shares.line(pair, origin).filter((_, cycle) => {
      return (shares.timesSeconds[cycle] ?? 0) >= recovery.fromSeconds;
    });
    const rises = line.slice(1).map((share, index) => share - (line[index] ?? 0));
    const largest = Math.max(0, ...rises);
    const last = line.at(-1) ?? 0;
    return {
      claim: `${origin} is filled again by at most ${points(recovery.maxShift)} a cycle, up to what it had`,
      measured: `largest rise ${points(largest)}, share at the end ${points(last)} of ${points(recovery.before)}`,
      isMet: largest <= recovery.maxShift + 1e-5 && last >= recovery.before - 0.02,
    };
  });
}

function ofWeir(judge: (weir: JudgedRun) => NonNullable<ReturnType<Target>>): Target {
  return ({ runs }) => {
    const weir = runs.get('weir');
    return weir === undefined ? null : judge(weir);
  };
}

function points(fraction: number): string {
  return `${(100 * fraction).toFixed(2)} points`;
}
