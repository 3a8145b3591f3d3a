import type { Observation } from '#core/observe/observation.js';
import type { Noise } from '../world/noise.js';
import type { World } from '../world/world.js';
import { type Report, writeReport } from './report.js';
import { type MeasurementNoise, ReportDesk } from './report-desk.js';

export interface TelemetryDescription extends MeasurementNoise {
  /** What the way of a report takes on top of no time at all. */
  readonly delaySeconds: number;
}

export const ORDINARY_TELEMETRY: TelemetryDescription = { delaySeconds: 0, rateFraction: 0.01, rttFraction: 0.03 };

const REPORT_SECONDS = 5;

/** Agents' reports on their way to the control plane. */
export class Telemetry {
  readonly #desk: ReportDesk;
  readonly #phases: readonly number[];
  #underWay: { readonly arrivesAtSeconds: number; readonly report: Report }[] = [];
  #isLost = false;

  constructor(
    private readonly world: World,
    private readonly description: TelemetryDescription,
    noise: Noise,
  ) {
    const stream = noise.stream('report phases');
    this.#desk = new ReportDesk(world.topology, description, noise);
    this.#phases = world.topology.edges.map((_, edge) => Math.floor(stream.uniform(edge) * REPORT_SECONDS));
  }

  /** While lost, no report arrives; what was under way is lost as well. */
  setLost(isLost: boolean): void {
    this.#isLost = isLost;
  }

  /** The control plane stopped, and forgot. */
  forgetAll(): void {
    this.#desk.clear();
  }

  /** The agents whose turn came within the tick before `nowSeconds` send their reports. */
  send(nowSeconds: number, tickSeconds: number): void {
    this.world.topology.edges.forEach((_, edge) => {
      const sincePhase = nowSeconds + (this.#phases[edge] ?? 0);
      const isDue = Math.floor(sincePhase / REPORT_SECONDS) > Math.floor((sincePhase - tickSeconds) / REPORT_SECONDS);
      if (!isDue || !this.world.isEdgeAlive(edge)) return;
      const report = writeReport(this.world, edge, nowSeconds);
      this.#underWay.push({ arrivesAtSeconds: nowSeconds + this.description.delaySeconds, report });
    });
  }

  /** Takes in what has arrived; answers whether anything has. `isListening`: is there a control plane to take it? */
  receive(nowSeconds: number, isListening: boolean): boolean {
    const arrived = this.#underWay.filter(({ arrivesAtSeconds }) => arrivesAtSeconds <= nowSeconds);
    if (arrived.length === 0) return false;
    this.#underWay = this.#underWay.filter(({ arrivesAtSeconds }) => arrivesAtSeconds > nowSeconds);
    if (this.#isLost || !isListening) return false;
    for (const { report } of arrived) this.#desk.receive(report, nowSeconds);
    return true;
  }

  observe(nowSeconds: number): Observation {
    return this.#desk.observe(nowSeconds);
  }
}
