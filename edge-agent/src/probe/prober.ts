import type { Clock } from '../clock.js';
import type { Problem } from '../problem.js';
import { systemTimers, type Timers } from '../timers.js';
import type { ProbeAttempt } from './attempt.js';
import { LocalFault } from './probe-sockets.js';
import type { ProbeTarget } from './probe-target.js';
import { nextTurnMs, phaseOf } from './schedule.js';
import { StartGate } from './start-gate.js';
import { judge, UNKNOWN, type ProbeResult, type Verdict } from './verdict.js';

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
  /** Of the probe under way. */
  attempt: AbortController | undefined;
  isHalted: boolean;
  verdict: Verdict;
  /** Why the latest attempt could not be made at all; `null` when it could. */
  fault: string | null;
}

/** Far more than a healthy edge ever has: 5,000 probes every 2 s with answers after 100 ms are 250. */
const MAX_IN_FLIGHT = 2_048;

/** A time-out that comes later than this tells of this machine's load, not of the endpoint. */
const MAX_LATE_MS = 250;

/** Probes every target at its own pace, with or without a control plane, evenly spread over time. */
export class Prober {
  readonly #probes = new Map<string, Probe>();
  readonly #timers: Timers;
  readonly #gate: StartGate;
  readonly #phaseOffset: number;
  #begun = 0;
  #revision = 0;

  constructor(private readonly parts: ProberParts) {
    this.#timers = parts.timers ?? systemTimers;
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

  /** Probes exactly these targets from now on. Those that are probed already keep their pace and verdict. */
  sync(targets: readonly ProbeTarget[]): void {
    this.#revision += 1;
    const wanted = new Map(targets.map((target) => [target.key, target]));
    const verdicts = new Map([...this.#probes.values()].map(({ target, verdict }) => [target.question, verdict]));
    for (const [key, probe] of this.#probes) {
      if (wanted.has(key)) continue;
      haltProbe(probe);
      this.#probes.delete(key);
    }
    this.#gate.setPace([...wanted.values()].reduce((sum, { check }) => sum + 1000 / check.intervalMs, 0));
    for (const [key, target] of wanted)
      if (!this.#probes.has(key)) this.#begin(target, verdicts.get(target.question) ?? UNKNOWN);
  }

  verdict(target: ProbeTarget): Verdict {
    return this.#probes.get(target.key)?.verdict ?? UNKNOWN;
  }

  /** Probes no more; the verdicts stay to be reported. */
  stop(): void {
    for (const probe of this.#probes.values()) haltProbe(probe);
  }

  #begin(target: ProbeTarget, verdict: Verdict): void {
    const phase = phaseOf(this.#begun, this.#phaseOffset);
    this.#begun += 1;
    const probe: Probe = {
      target,
      phase,
      dueMs: this.parts.clock.monotonicMs(),
      cancel: () => undefined,
      attempt: undefined,
      isHalted: false,
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
      probe.cancel = this.#gate.enter(() => this.#run(probe));
    });
  }

  async #run(probe: Probe): Promise<void> {
    const startedMs = this.parts.clock.monotonicMs();
    const result = await this.#attempt(probe);
    if (probe.isHalted) return;
    this.#schedule(probe, startedMs);
    probe.fault = result instanceof LocalFault ? result.message : null;
    if (result instanceof LocalFault) return;
    const before = probe.verdict.up;
    probe.verdict = judge(probe.verdict, result, probe.target.check);
    if (probe.verdict.up === null || probe.verdict.up === before) return;
    this.#revision += 1;
    this.parts.onChange(probe.target, probe.verdict.up);
  }

  async #attempt(probe: Probe): Promise<ProbeResult | LocalFault> {
    const attempt = new AbortController();
    probe.attempt = attempt;
    const endMs = this.parts.clock.monotonicMs() + probe.target.check.timeoutMs;
    let lateMs = 0;
    const cancelTimeout = this.#timers.after(probe.target.check.timeoutMs, () => {
      lateMs = this.parts.clock.monotonicMs() - endMs;
      attempt.abort();
    });
    try {
      return await this.parts.attempt(probe.target, attempt.signal);
    } catch (error) {
      // Timers run before sockets are looked at: the answer may have come in time, and only we did not.
      if (lateMs > MAX_LATE_MS) return new LocalFault(`the agent stood still for ${Math.round(lateMs)} ms`);
      return error instanceof LocalFault ? error : null;
    } finally {
      cancelTimeout();
    }
  }
}

function haltProbe(probe: Probe): void {
  probe.isHalted = true;
  probe.cancel();
  probe.attempt?.abort();
}
