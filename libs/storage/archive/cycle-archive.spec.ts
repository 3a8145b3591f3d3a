import { describe, expect, it } from 'vitest';
import { INITIAL_CYCLE_STATE } from '#core/decide.js';
import type { Archived } from '#core/ports/scheduler-store.js';
import { aCycleInput } from '#testkit/cycle-builders.js';
import { aPairPlan, aPlan, anOrigin } from '#testkit/model-builders.js';
import { anObservation } from '#testkit/observation-builders.js';
import {
  archiveCycle,
  composeCycleArchive,
  leavesRoomForFacts,
  readInput,
  readPlan,
  readState,
} from './cycle-archive.js';

const EMPTY = new Uint8Array();
const MEBIBYTE = 1024 * 1024;

describe('cycle archive', () => {
  const previous = { ...INITIAL_CYCLE_STATE, plan: aPlan([aPairPlan({ 'us-west': 1 })]) };
  const next = { ...INITIAL_CYCLE_STATE, plan: aPlan([aPairPlan({ 'us-west': 0.98, 'us-east': 0.02 })]) };
  const input = aCycleInput({
    observation: anObservation(7, [{ edge: 'ams', demand: 0.1 + 0.2, origins: { 'us-west': { rttMs: 1 / 3 } } }]),
    previous,
    isUrgent: true,
  });

  it('finds everything again, to the byte', async () => {
    const archive = await archiveCycle(input, next);
    expect(JSON.stringify(await readInput(archive.input!))).toBe(JSON.stringify(input));
    expect(JSON.stringify(await readState(archive.state))).toBe(JSON.stringify(next));
    expect(JSON.stringify(await readPlan(archive.plan))).toBe(JSON.stringify(next.plan));
  });

  it('finds a plan again that is none', async () => {
    const archive = await archiveCycle(aCycleInput(), INITIAL_CYCLE_STATE);
    expect(await readPlan(archive.plan)).toBeNull();
    expect(await readState(archive.state)).toEqual(INITIAL_CYCLE_STATE);
    expect((await readInput(archive.input!)).previous).toEqual(INITIAL_CYCLE_STATE);
  });

  it('keeps text of any script', async () => {
    const region = 'Ōsaka 大阪 🗾\n\u2028';
    const { configuration } = await readInput(
      (
        await archiveCycle(
          aCycleInput({ configuration: { loadBalancers: [], origins: [anOrigin('a', { region })], edges: [] } }),
          next,
        )
      ).input!,
    );
    expect(configuration.origins[0]?.region).toBe(region);
  });

  it('keeps no input above 32 MiB, and everything else', () => {
    const large = { plan: EMPTY, memory: new Uint8Array(32 * MEBIBYTE - 10) };
    expect(composeCycleArchive(new Uint8Array(10), large, large).input).toHaveLength(32 * MEBIBYTE);
    expect(composeCycleArchive(new Uint8Array(11), large, large)).toMatchObject({
      input: null,
      state: { length: 32 * MEBIBYTE - 10 },
    });
    expect(leavesRoomForFacts(large)).toBe(true);
    expect(leavesRoomForFacts({ ...large, plan: new Uint8Array(10) })).toBe(false);
  });

  it('shares no memory between its parts', () => {
    const state = { plan: new Uint8Array([1]), memory: new Uint8Array([2]) };
    const archive = composeCycleArchive(new Uint8Array([0]), state, state);
    state.plan[0] = 9;
    expect([...archive.input!, ...archive.state, ...archive.plan]).toEqual([0, 1, 2, 1, 2, 1]);
  });

  it('rejects what was cut off', async () => {
    const { state } = await archiveCycle(input, next);
    const cut = state.slice(0, -12) as Archived<typeof next>;
    await expect(readState(cut)).rejects.toThrow();
  });
});
