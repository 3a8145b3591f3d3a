import type { Clock } from '../clock.js';
import type { ProbeAttempt } from './attempt.js';
import type { ProbeTarget } from './probe-target.js';
import { judge, UNKNOWN, type ProbeResult, type Verdict } from './verdict.js';

export interface ProberParts {
  readonly attempt: ProbeAttempt;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Called when a target rose, fell, or was first judged. */
  readonly onChange: (target: ProbeTarget, up: boolean) => void;
}

interface Probe {
  readonly target: ProbeTarget;
  timer: NodeJS.Timeout | undefined;
  /** Of the probe under way. */
  attempt: AbortController | undefined;
  isHalted: boolean;
  verdict: Verdict;
}

/**
 * Probes every target at its own pace, with or without a control plane. Each begins at a random moment of its interval,
 * so that neither the edge nor an endpoint that all edges probe sees them in bursts.
 */
export class Prober {
  readonly #probes = new Map<string, Probe>();

  constructor(private readonly parts: ProberParts) {}

  /** Probes exactly these targets from now on. Those that are probed already keep their pace and verdict. */
  sync(targets: readonly ProbeTarget[]): void {
    const wanted = new Map(targets.map((target) => [target.key, target]));
    const verdicts = new Map([...this.#probes.values()].map(({ target, verdict }) => [target.question, verdict]));
    for (const [key, probe] of this.#probes) {
      if (wanted.has(key)) continue;
      halt(probe);
      this.#probes.delete(key);
    }
    for (const [key, target] of wanted)
      if (!this.#probes.has(key)) this.#begin(target, verdicts.get(target.question) ?? UNKNOWN);
  }

  verdict(target: ProbeTarget): Verdict {
    return this.#probes.get(target.key)?.verdict ?? UNKNOWN;
  }

  /** Probes no more; the verdicts stay to be reported. */
  stop(): void {
    for (const probe of this.#probes.values()) halt(probe);
  }

  #begin(target: ProbeTarget, verdict: Verdict): void {
    const probe: Probe = { target, verdict, timer: undefined, attempt: undefined, isHalted: false };
    this.#probes.set(target.key, probe);
    this.#schedule(probe, this.parts.random() * target.check.intervalMs);
  }

  #schedule(probe: Probe, delayMs: number): void {
    probe.timer = setTimeout(() => void this.#run(probe), delayMs);
  }

  async #run(probe: Probe): Promise<void> {
    const startedMs = this.parts.clock.monotonicMs();
    const result = await this.#attempt(probe);
    if (probe.isHalted) return;
    // A probe that took long does not delay the ones after it.
    const tookMs = this.parts.clock.monotonicMs() - startedMs;
    this.#schedule(probe, Math.max(0, probe.target.check.intervalMs - tookMs));
    const before = probe.verdict.up;
    probe.verdict = judge(probe.verdict, result, probe.target.check);
    if (probe.verdict.up !== null && probe.verdict.up !== before) this.parts.onChange(probe.target, probe.verdict.up);
  }

  async #attempt(probe: Probe): Promise<ProbeResult> {
    const attempt = new AbortController();
    probe.attempt = attempt;
    const timer = setTimeout(() => {
      attempt.abort();
    }, probe.target.check.timeoutMs);
    try {
      return await this.parts.attempt(probe.target, attempt.signal);
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}

function halt(probe: Probe): void {
  probe.isHalted = true;
  clearTimeout(probe.timer);
  probe.attempt?.abort();
}
