import type { Controller } from '../control/controller.js';
import { LoadMeter } from '../metrics/load-meter.js';
import { LoadSeries } from '../metrics/load-series.js';
import type { Scenario } from '../scenarios/scenario.js';
import type { World } from '../world/world.js';

/** What the users and origins of a world went through. */
export interface Measurements {
  readonly meter: LoadMeter;
  readonly series: LoadSeries;
}

/** Plays a scenario in a world under a controller, tick by tick; measures from time 0. */
export function play(scenario: Scenario, world: World, controller: Controller): Measurements {
  const { durationSeconds, tickSeconds, warmUpSeconds } = scenario;
  const meter = new LoadMeter(world);
  const names = world.topology.origins.map(({ name }) => name);
  const series = new LoadSeries(names, durationSeconds / tickSeconds);
  let nextEvent = 0;
  for (let time = -warmUpSeconds; time < durationSeconds; time += tickSeconds) {
    nextEvent = applyEvents(scenario, nextEvent, time, world, controller);
    controller.beforeTick(time);
    const tick = world.tick(time, tickSeconds);
    controller.afterTick(time + tickSeconds);
    if (time >= 0) series.add(time, meter.measure(tick));
  }
  return { meter, series };
}

/** Applies the events that are due from the given one on; answers the first that is not. */
function applyEvents(
  { events }: Scenario,
  from: number,
  timeSeconds: number,
  world: World,
  controller: Controller,
): number {
  let next = from;
  for (let due = events[next]; due !== undefined && due.atSeconds <= timeSeconds; due = events[next]) {
    next += 1;
    if (due.event.part === 'control-plane') controller.apply(due.event);
    else {
      world.apply(due.event, timeSeconds);
      controller.worldChanged();
    }
  }
  return next;
}
