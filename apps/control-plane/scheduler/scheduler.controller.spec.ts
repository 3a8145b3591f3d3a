import type { FastifyReply } from 'fastify';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { aCycleRecord } from '#testkit/cycle-builders.js';
import { InMemorySchedulerStore } from '#testkit/in-memory-scheduler-store.js';
import type { WriteRequest } from '../http/write-request.js';
import type { ReplicaCoordinator } from '../replicas/replica-coordinator.js';
import { SchedulerController } from './scheduler.controller.js';
import { cycleSchema } from './scheduler.schema.js';
import { SchedulerLoop } from './scheduler-loop.js';
import { SchedulerStatus } from './scheduler-status.js';

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
    const replicas = { runCycle: () => loop.sync('operator') } as ReplicaCoordinator;
    const status = new SchedulerStatus({
      store,
      runner: { plan: () => Promise.resolve(null) },
      leadership: { isLeading: true },
      cycleMs: 15_000,
      telemetry: 'reports',
    });
    return new SchedulerController(store, status, replicas);
  }

  async function recordCycle(): Promise<unknown> {
    const record = await aCycleRecord(undefined, undefined, { startedAtMs: 0, trigger: 'operator' });
    return store.commit(1, record, []);
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

  it.each([
    [{ kind: 'planned' } as const],
    [{ kind: 'partly-kept', cause: 'solver-failure', pairs: 3, details: ['no answer'] } as const],
    [{ kind: 'kept', cause: 'decision-failed', details: ['no answer'] } as const],
  ])('shows an urgent cycle whose input was not kept, as documented, with outcome %j', async (outcome) => {
    const { archive, ...record } = await aCycleRecord(undefined, undefined, { trigger: 'urgent', outcome });
    const { id } = await store.commit(1, { ...record, archive: { ...archive, input: null } }, []);
    const shown = await controllerOf(recordCycle).getCycle(String(id));
    expect(shown).toMatchObject({ trigger: 'urgent', outcome, input: null });
    expect(cycleSchema.safeParse(shown).error).toBeUndefined();
  });

  it('refuses a change whose If-Match was overtaken while it was on its way, and tells nobody of it', async () => {
    const controller = controllerOf(recordCycle);
    const tags: string[] = [];
    const reply = { header: (_name: string, value: string) => tags.push(value) } as unknown as FastifyReply;
    await controller.get(reply);
    const precondition = { ifMatch: tags[0] };
    const write: WriteRequest = { isDryRun: false, precondition, actor: 'ann', requestId: 'r', atMs: 0 };
    const loadMode = store.loadMode.bind(store);
    vi.spyOn(store, 'loadMode').mockImplementationOnce(async () => {
      const mode = await loadMode();
      await store.changeMode(() => ({ mode: 'shadow' }));
      return mode;
    });
    await expect(controller.patch({ mode: 'frozen' }, write, reply)).rejects.toMatchObject({
      code: 'precondition-failed',
    });
    expect(await store.loadMode()).toBe('shadow');
    expect(await store.events.extent()).toMatchObject({ last: 0 });
  });

  it('runs nothing while frozen', async () => {
    await store.changeMode(() => ({ mode: 'frozen' }));
    await expect(controllerOf(recordCycle).runCycle()).rejects.toMatchObject({ code: 'conflict' });
    expect(await store.listCycles(1)).toEqual([]);
  });
});
