import type { AgentReport } from '#contracts/agent-report.js';
import type { EdgeName } from '#core/model/name.js';
import type { OriginOutlook, PairPlan, Plan } from '#core/plan/plan.js';
import type { Clock } from '#core/ports/clock.js';
import { type ReportedArc, ReportedTraffic } from './reported-traffic.js';

/** Above this part of its capacity an origin cannot wait for the next ordinary cycle. */
const ABOVE_CAPACITY = 1.05;

/** An origin that stays above its capacity raises another alarm after this many cycles. */
const ALARM_CYCLES = 2;

/** No urgent cycle begins within this part of a cycle's length after another cycle began. */
const APART = 1 / 3;

/**
 * Looks at every agent's report for what cannot wait for the next ordinary cycle, and asks for an urgent one: an origin above
 * its capacity, or every endpoint of an origin down at an edge that sends traffic there. What comes up too soon after a cycle
 * began waits for its turn; the next cycle, of whatever kind, settles it.
 */
export class UrgencyWatch {
  readonly #traffic = new ReportedTraffic();
  /** When each origin that is above its capacity last raised an alarm. */
  readonly #alarms = new Map<string, number>();
  #lastCycleMs = Number.NEGATIVE_INFINITY;
  #askForCycle: (() => void) | null = null;
  #waiting: NodeJS.Timeout | null = null;

  constructor(
    private readonly planInForce: () => Plan | null,
    private readonly clock: Clock,
    private readonly cycleMs: number,
  ) {}

  /** From now on `askForCycle` is called whenever a cycle is urgent. */
  start(askForCycle: () => void): void {
    this.#askForCycle = askForCycle;
  }

  stop(): void {
    this.#askForCycle = null;
    this.#stopWaiting();
  }

  record(report: AgentReport): void {
    const gone = this.#traffic.record(report, this.clock.monotonicMs());
    const plan = this.planInForce();
    if (plan === null) return;
    const isOverloaded = this.#raiseAlarms(plan.origins);
    // Once a cycle is due there is no need to look further.
    if (this.#waiting !== null) return;
    if (isOverloaded || gone.some((arc) => hasShare(plan, report.edge, arc))) this.#askInTurn();
  }

  forget(edge: EdgeName): void {
    this.#traffic.forget(edge);
  }

  /** To be called as each cycle begins: it sees all that was reported so far. */
  cycleBegan(): void {
    this.#stopWaiting();
    this.#lastCycleMs = this.clock.monotonicMs();
    this.#traffic.forgetSilent(this.#lastCycleMs - this.cycleMs);
  }

  #raiseAlarms(origins: readonly OriginOutlook[]): boolean {
    const nowMs = this.clock.monotonicMs();
    let isRaised = false;
    for (const { origin, capacity } of origins) {
      const load = this.#traffic.load(origin);
      if (capacity === null || load <= capacity) {
        this.#alarms.delete(origin);
      } else if (load > capacity * ABOVE_CAPACITY && !this.#hasAlarm(origin, nowMs)) {
        this.#alarms.set(origin, nowMs);
        isRaised = true;
      }
    }
    return isRaised;
  }

  #hasAlarm(origin: string, nowMs: number): boolean {
    const raisedAtMs = this.#alarms.get(origin);
    return raisedAtMs !== undefined && nowMs - raisedAtMs < ALARM_CYCLES * this.cycleMs;
  }

  #askInTurn(): void {
    const waitMs = this.#lastCycleMs + this.cycleMs * APART - this.clock.monotonicMs();
    if (waitMs <= 0) {
      this.#askForCycle?.();
      return;
    }
    this.#waiting = setTimeout(() => {
      this.#waiting = null;
      this.#askForCycle?.();
    }, waitMs);
    this.#waiting.unref();
  }

  #stopWaiting(): void {
    if (this.#waiting !== null) clearTimeout(this.#waiting);
    this.#waiting = null;
  }
}

function hasShare({ pairs }: Plan, edge: string, { loadBalancer, origin }: ReportedArc): boolean {
  const pair = findPair(pairs, loadBalancer, edge);
  return pair?.shares.some((decision) => decision.origin === origin && decision.share > 0) === true;
}

/** By halving: pairs are ordered by load balancer, then edge, and a fleet has tens of thousands. */
function findPair(pairs: readonly PairPlan[], loadBalancer: string, edge: string): PairPlan | undefined {
  let low = 0;
  let high = pairs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const pair = pairs[middle];
    if (pair === undefined) return undefined;
    if (pair.loadBalancer < loadBalancer || (pair.loadBalancer === loadBalancer && pair.edge < edge)) low = middle + 1;
    else high = middle;
  }
  const found = pairs[low];
  return found?.loadBalancer === loadBalancer && found.edge === edge ? found : undefined;
}
