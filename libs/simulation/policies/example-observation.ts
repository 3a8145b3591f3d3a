import type { Configuration } from '#core/model/configuration.js';
import type { Observation } from '#core/observe/observation.js';
import { trueObservation } from '../control/true-observation.js';
import { exampleWorld } from '../world/example-world.js';
import { Noise } from '../world/noise.js';
import { World } from '../world/world.js';
import { configurationOf } from '../world/world-configuration.js';

/** The example world as operators declared it. */
export const EXAMPLE_CONFIGURATION: Configuration = configurationOf(
  new World(exampleWorld(), new Noise(1), 'instant').topology,
);

/** What telemetry sees of the example world with these demands at ams-1, ams-2 and nyc, and so many servers of eu alive. */
export function exampleObservation(demands: readonly [number, number, number], euAlive = 2): Observation {
  const world = new World(exampleWorld(), new Noise(1), 'instant');
  world.apply({ part: 'world', kind: 'endpoints-alive', origin: 'eu', endpoints: euAlive }, 0);
  return trueObservation(world, Float64Array.from(demands));
}
