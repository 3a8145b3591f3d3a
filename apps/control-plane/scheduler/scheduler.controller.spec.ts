import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readControlPlaneSettings } from '#config/control-plane-settings.js';
import { INITIAL_CYCLE_STATE } from '#core/decide.js';
import { DEFAULT_SCHEDULER_SETTINGS } from '#core/settings.js';
import { InMemorySchedulerStore } from '#testkit/in-memory-scheduler-store.js';
import { aConfiguration } from '#testkit/model-builders.js';
import { anObservation } from '#testkit/observation-builders.js';
import type { CycleRunner } from './cycle-runner.js';
import { SchedulerController } from './scheduler.controller.js';
import { SchedulerLoop } from './scheduler-loop.js';

describe('SchedulerController', () => {
  let store: InMemorySchedulerStore;

  beforeEach(() => {
    store = new InMemorySchedulerStore({ cyclesKept: 10 });
  });

  /** A controller whose cycles do as told. */
  function controllerOf(runCycle: () => Promise<unknown>): SchedulerController {
    const loop = new SchedulerLoop(async () => {
      await runCycle();
    }, 3_600_000);
    loop.start();
    onTestFinished(() => loop.stop());
    return new SchedulerController(store, readControlPlaneSettings({}), loop, {} as CycleRunner);
  }

  function recordCycle(): Promise<unknown> {
    const input = {
      configuration: aConfiguration(),
      observation: anObservation(0, []),
      previous: INITIAL_CYCLE_STATE,
      settings: DEFAULT_SCHEDULER_SETTINGS,
    };
    const figures = { startedAtMs: 0, durationMs: 1, trigger: 'operator', mode: 'running' } as const;
    return store.commit(1, { ...figures, outcome: { kind: 'planned' }, input, state: INITIAL_CYCLE_STATE }, []);
  }

  it('answers with the cycle that ran', async () => {
    const controller = controllerOf(recordCycle);
    expect(await controller.runCycle()).toMatchObject({ id: 1, startedAt: '1970-01-01T00:00:00.000Z' });
    expect(await controller.runCycle()).toMatchObject({ id: 2 });
  });

  it('does not pass an earlier cycle off for one that could not be recorded', async () => {
    await recordCycle();
    const controller = controllerOf(() => Promise.resolve());
    await expect(controller.runCycle()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('runs nothing while frozen', async () => {
    await store.saveMode('frozen');
    await expect(controllerOf(recordCycle).runCycle()).rejects.toMatchObject({ code: 'conflict' });
    expect(await store.listCycles(1)).toEqual([]);
  });
});
