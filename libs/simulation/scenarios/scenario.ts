import type { ControlEvent } from '../control/control-event.js';
import type { TelemetryDescription } from '../control/telemetry.js';
import type { Target } from '../report/target.js';
import type { WorldDescription } from '../world/world-description.js';
import type { WorldEvent } from '../world/world-event.js';

/** A world, what happens in it, and what Weir must make of it. Times in seconds; 0 is where measuring starts. */
export interface Scenario {
  readonly name: string;
  /** What happens, in a line. */
  readonly title: string;
  readonly world: WorldDescription;
  /** Ordered by time. */
  readonly events: readonly ScenarioEvent[];
  readonly telemetry: TelemetryDescription;
  /** The world runs so long before time 0, so that everybody has found their shares. */
  readonly warmUpSeconds: number;
  readonly durationSeconds: number;
  readonly tickSeconds: number;
  /** When what the scenario is about begins. */
  readonly disturbedAtSeconds: number;
  /** From here to the end nothing should be going on any more. */
  readonly settledFromSeconds: number;
  readonly targets: readonly Target[];
}

export interface ScenarioEvent {
  readonly atSeconds: number;
  readonly event: WorldEvent | ControlEvent;
}
