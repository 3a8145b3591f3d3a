import type { Configuration } from '#core/model/configuration.js';
import type { AssignmentSolver } from '#core/ports/assignment-solver.js';
import { bestShares } from '../policies/best-shares.js';
import type { World } from '../world/world.js';
import { type Controller, CYCLE_SECONDS, type CycleListener, type Timing } from './controller.js';
import { trueObservation } from './true-observation.js';

/**
 * The reference: knows the demand of the coming cycle, every RTT and every endpoint's state as they really are, places all
 * shares anew every cycle and whenever something happens, and has them in force at once.
 */
export class Oracle implements Controller {
  #nextAtSeconds: number;

  constructor(
    private readonly configuration: Configuration,
    private readonly solver: AssignmentSolver,
    private readonly world: World,
    private readonly timing: Timing,
    private readonly onCycle: CycleListener,
  ) {
    this.#nextAtSeconds = timing.startSeconds;
  }

  apply(): void {
    // Nothing that happens to a control plane concerns it.
  }

  worldChanged(): void {
    this.#nextAtSeconds = -Infinity;
  }

  beforeTick(timeSeconds: number): void {
    if (timeSeconds < this.#nextAtSeconds) return;
    this.#nextAtSeconds = (Math.floor(timeSeconds / CYCLE_SECONDS) + 1) * CYCLE_SECONDS;
    const demands = this.#meanDemands(timeSeconds, this.#nextAtSeconds);
    const decision = bestShares(this.configuration, trueObservation(this.world, demands), this.solver);
    this.world.install(decision.weights);
    this.onCycle({ timeSeconds, isUrgent: false, decision });
  }

  afterTick(): void {
    // It needs no reports.
  }

  #meanDemands(fromSeconds: number, toSeconds: number): Float64Array {
    const sums = new Float64Array(this.world.topology.pairs);
    let ticks = 0;
    for (let time = fromSeconds; time < toSeconds; time += this.timing.tickSeconds) {
      this.world.demandOfPairs(time, 'real').forEach((demand, pair) => {
        sums[pair] = (sums[pair] ?? 0) + demand;
      });
      ticks += 1;
    }
    return sums.map((sum) => sum / ticks);
  }
}
