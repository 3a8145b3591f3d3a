import type { Configuration } from '#core/model/configuration.js';
import type { PairWeights } from '#core/quantise/quantise-plan.js';
import type { Policy, PairShares } from '../policies/policy.js';
import type { World } from '../world/world.js';
import type { ControlEvent } from './control-event.js';
import { type Controller, CYCLE_SECONDS, type CycleListener, type Timing } from './controller.js';
import type { Telemetry } from './telemetry.js';
import { isUrgent } from './urgency.js';

/** From a decision until the agents have applied it. */
const PUBLICATION_SECONDS = 1;

/** No urgent cycle comes so soon after another cycle of any kind. */
const URGENT_APART_SECONDS = 5;

interface Publication {
  readonly appliedAtSeconds: number;
  readonly weights: readonly PairWeights[];
}

/** Runs a policy in its cycles: telemetry in, publications out. */
export class ControlPlane implements Controller {
  #isRunning = true;
  /** `null` when the timer has not been started yet. */
  #nextCycleAtSeconds: number | null;
  #lastCycleAtSeconds = -Infinity;
  #hasNews = false;
  #shares: readonly PairShares[] = [];
  #published: Publication[] = [];

  constructor(
    private readonly configuration: Configuration,
    private readonly policy: Policy,
    private readonly world: World,
    private readonly telemetry: Telemetry,
    private readonly timing: Timing,
    private readonly onCycle: CycleListener,
  ) {
    this.#nextCycleAtSeconds = timing.startSeconds;
  }

  apply(event: ControlEvent): void {
    switch (event.kind) {
      case 'telemetry-lost':
      case 'telemetry-back':
        this.telemetry.setLost(event.kind === 'telemetry-lost');
        return;
      case 'scheduler-stops':
        this.#isRunning = false;
        this.telemetry.forgetAll();
        return;
      case 'scheduler-starts':
        this.#isRunning = true;
        // Its timer starts anew; the policy goes on from the state it stored.
        this.#nextCycleAtSeconds = null;
    }
  }

  worldChanged(): void {
    // It learns of it from telemetry.
  }

  beforeTick(timeSeconds: number): void {
    if (this.#isRunning) this.#runDueCycle(timeSeconds);
    const due = this.#published.filter(({ appliedAtSeconds }) => appliedAtSeconds <= timeSeconds);
    this.#published = this.#published.filter(({ appliedAtSeconds }) => appliedAtSeconds > timeSeconds);
    for (const { weights } of due) this.world.install(weights);
  }

  afterTick(timeSeconds: number): void {
    this.telemetry.send(timeSeconds, this.timing.tickSeconds);
    if (this.telemetry.receive(timeSeconds, this.#isRunning)) this.#hasNews = true;
  }

  #runDueCycle(timeSeconds: number): void {
    this.#nextCycleAtSeconds ??= timeSeconds + CYCLE_SECONDS;
    if (timeSeconds >= this.#nextCycleAtSeconds) {
      this.#nextCycleAtSeconds += CYCLE_SECONDS;
      this.#runCycle(timeSeconds, false);
    } else if (this.#isUrgentCycleDue(timeSeconds)) {
      this.#runCycle(timeSeconds, true);
    }
  }

  #isUrgentCycleDue(timeSeconds: number): boolean {
    const mayRun = this.policy.hasUrgentCycles && timeSeconds - this.#lastCycleAtSeconds >= URGENT_APART_SECONDS;
    if (!mayRun || !this.#hasNews) return false;
    this.#hasNews = false;
    return isUrgent(this.configuration, this.telemetry.observe(timeSeconds), this.#shares);
  }

  #runCycle(timeSeconds: number, isUrgentCycle: boolean): void {
    const observation = this.telemetry.observe(timeSeconds);
    const decision = this.policy.decide({ configuration: this.configuration, observation, isUrgent: isUrgentCycle });
    this.#lastCycleAtSeconds = timeSeconds;
    this.#hasNews = false;
    this.#shares = decision.pairs;
    this.#published.push({ appliedAtSeconds: timeSeconds + PUBLICATION_SECONDS, weights: decision.weights });
    this.onCycle({ timeSeconds, isUrgent: isUrgentCycle, decision });
  }
}
