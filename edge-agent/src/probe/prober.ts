import type { Clock } from '../clock.js';
import type { Problem } from '../problem.js';
import { systemTimers, type Timers } from '../timers.js';
import type { ProbeAttempt } from './attempt.js';
import type { ProbeOutcome } from './probe-outcome.js';
import { LocalFault } from './probe-sockets.js';
import type { ProbeTarget } from './probe-target.js';
import { nextTurnMs, phaseOf } from './schedule.js';
import { SlottedTimers } from './slotted-timers.js';
import { StartGate } from './start-gate.js';
import { DOWN, judge, UNKNOWN, type Verdict } from './verdict.js';

export interface ProberParts {
  readonly attempt: ProbeAttempt;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly timers?: Timers;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Called when a target rose, fell, or was first judged. */
  readonly onChange: (target: ProbeTarget, up: boolean) => void;
}

interface Probe {
  readonly target: ProbeTarget;
  /** In [0, 1): where in each interval it has its turn. */
  readonly phase: number;
  dueMs: number;
  /** Takes back the next turn. */
  cancel: () => void;
  /** Ends the probe under way. */
  giveUp: () => void;
  verdict: Verdict;
  /** Why the latest attempt could not be made at all; `null` when it could. */
  fault: string | null;
}

/** Far more than a healthy edge ever has: 5,000 probes every 2 s with answers after 100 ms are 250. */
const MAX_IN_FLIGHT = 2_048;

/** A time-out that comes later than this tells of this machine's load, not of the endpoint. */
const MAX_LATE_MS = 250;

/**
 * Probes begin in slots, so that one timer serves several. An answer is seen only when all of its slot have begun, about
 * 0.04 ms each: with more in one slot latencies would look longer than they are.
 */
const PROBES_PER_SLOT = 8;
const MAX_SLOT_MS = 20;

/** Probes every target at its own pace, with or without a control plane, evenly spread over time. */
export class Prober {
  readonly #probes = new Map<string, Probe>();
  readonly #timers: SlottedTimers;
  readonly #gate: StartGate;
  readonly #phaseOffset: number;
  #begun = 0;
  #revision = 0;
  #recalled: ReadonlySet<string> = new Set();

  constructor(private readonly parts: ProberParts) {
    this.#timers = new SlottedTimers(parts.clock, parts.timers ?? systemTimers, MAX_SLOT_MS);
    this.#gate = new StartGate({ clock: parts.clock, timers: this.#timers, maxInFlight: MAX_IN_FLIGHT });
    this.#phaseOffset = parts.random();
  }

  /** That probes could not be made for a reason on this edge, which says nothing about any endpoint; else `null`. */
  get problem(): Problem | null {
    const faults = [...this.#probes.values()].flatMap(({ fault }) => fault ?? []);
    if (faults.length === 0) return null;
    return {
      code: 'probe-impossible',
      message:
        `${faults.length} of ${this.#probes.size} probes cannot be made from this edge (${String(faults[0])}); ` +
        'their verdicts stay. Check WEIR_EDGE_PROBE_SOURCE, the limit of open files and the load of this machine',
    };
  }

  /** Another number whenever other targets are probed, or one of them rose or fell. */
  get revision(): number {
    return this.#revision;
  }

  /** What was down a moment ago, by its questions: the targets of the first sync begin so, until they prove to be up. */
  recall(down: ReadonlySet<string>): void {
    this.#recalled = down;
  }

  /** The questions of what is down. */
  get down(): ReadonlySet<string> {
    return new Set(
      [...this.#probes.values()].flatMap(({ target, verdict }) => (verdict.up === false ? target.question : [])),
    );
  }

  /** Probes exactly these targets from now on. Those that are probed already keep their pace and verdict. */
  sync(targets: readonly ProbeTarget[]): void {
    this.#revision += 1;
    const wanted = new Map(targets.map((target) => [target.key, target]));
    const verdicts = new Map([...this.#probes.values()].map(({ target, verdict }) => [target.question, verdict]));
    for (const [key, probe] of this.#probes) {
      if (wanted.has(key)) continue;
      halt(probe);
      this.#probes.delete(key);
    }
    this.#setPace([...wanted.values()].reduce((sum, { check }) => sum + 1000 / check.intervalMs, 0));
    for (const [key, target] of wanted)
      if (!this.#probes.has(key)) this.#begin(target, verdicts.get(target.question) ?? this.#firstVerdict(target));
    this.#recalled = new Set();
  }

  verdict(target: ProbeTarget): Verdict {
    return this.#probes.get(target.key)?.verdict ?? UNKNOWN;
  }

  /** Probes no more; the verdicts stay to be reported. */
  stop(): void {
    for (const probe of this.#probes.values()) halt(probe);
  }

  #firstVerdict({ question }: ProbeTarget): Verdict {
    return this.#recalled.has(question) ? DOWN : UNKNOWN;
  }

  #setPace(perSecond: number): void {
    const slotMs = Math.min(MAX_SLOT_MS, Math.max(1, Math.floor((1000 * PROBES_PER_SLOT) / perSecond)));
    this.#timers.slotMs = slotMs;
    this.#gate.setPace(perSecond, slotMs);
  }

  #begin(target: ProbeTarget, verdict: Verdict): void {
    const phase = phaseOf(this.#begun, this.#phaseOffset);
    this.#begun += 1;
    const probe: Probe = {
      target,
      phase,
      dueMs: this.parts.clock.monotonicMs(),
      cancel: nothing,
      giveUp: nothing,
      verdict,
      fault: null,
    };
    this.#probes.set(target.key, probe);
    this.#schedule(probe, probe.dueMs);
  }

  /** `lastMs` is when the turn before began. A probe that took long does not delay the ones after it. */
  #schedule(probe: Probe, lastMs: number): void {
    const { clock, random } = this.parts;
    const beat = { phase: probe.phase, intervalMs: probe.target.check.intervalMs };
    // A timer may fire a moment early; the same turn must not come twice.
    probe.dueMs = nextTurnMs(beat, Math.max(lastMs, probe.dueMs), random());
    probe.cancel = this.#timers.after(Math.max(0, probe.dueMs - clock.monotonicMs()), () => {
      probe.cancel = this.#gate.enter((leave) => {
        this.#run(probe, leave);
      });
    });
  }

  #run(probe: Probe, leave: () => void): void {
    const { clock, attempt } = this.parts;
    const { timeoutMs } = probe.target.check;
    const startedMs = clock.monotonicMs();
    const settle = (outcome: ProbeOutcome) => {
      probe.giveUp = nothing;
      cancelTimeout();
      leave();
      this.#schedule(probe, startedMs);
      this.#take(probe, outcome);
    };
    const giveUp = attempt(probe.target, settle);
    const cancelTimeout = this.#timers.after(timeoutMs, () => {
      giveUp();
      settle(timeoutAfter(clock.monotonicMs() - startedMs - timeoutMs));
    });
    probe.giveUp = () => {
      giveUp();
      cancelTimeout();
      leave();
    };
  }

  #take(probe: Probe, outcome: ProbeOutcome): void {
    probe.fault = outcome instanceof LocalFault ? outcome.message : null;
    if (outcome instanceof LocalFault) return;
    const before = probe.verdict.up;
    probe.verdict = judge(probe.verdict, typeof outcome === 'number' ? outcome : null, probe.target.check);
    if (probe.verdict.up === null || probe.verdict.up === before) return;
    this.#revision += 1;
    this.parts.onChange(probe.target, probe.verdict.up);
  }
}

function nothing(): void {
  // Where there is nothing to take back.
}

function halt(probe: Probe): void {
  probe.cancel();
  probe.giveUp();
}

/** Timers run before sockets are looked at: the answer may have come in time, and only we did not. */
function timeoutAfter(lateMs: number): Error {
  return lateMs > MAX_LATE_MS
    ? new LocalFault(`the agent stood still for ${Math.round(lateMs)} ms`)
    : new Error('the probe timed out');
}
