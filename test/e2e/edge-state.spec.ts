import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Program } from '#testkit/edge-agent-bundle.js';
import { describeWith, type RealPart } from '#testkit/real-part.js';
import { exampleConfiguration, exampleLoadBalancer } from '../../edge-agent/src/configuration/example-configuration.js';
import type { AgentState } from '../../edge-agent/src/store/agent-state.js';
import { StateFile } from '../../edge-agent/src/store/state-file.js';

const BUILT = new URL('../../dist/edge-agent/src/store/state-file.js', import.meta.url).href;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Saves one generation after the other, and says which once it is saved; begins after the one that it finds. */
const SAVER = `
const { writeSync } = await import('node:fs');
const { StateFile } = await import('${BUILT}');
const file = new StateFile(process.argv[1]);
const state = JSON.parse(process.argv[2]);
let generation = (await file.load()).state?.configuration.generation ?? 0;
for (;;) {
  generation += 1;
  await file.save({ ...state, configuration: { ...state.configuration, generation } });
  writeSync(1, generation + '\\n');
}
`;

const KILLS = 15;
const LONGEST_LIFE_MS = 60;

/** Large enough that writing it takes a while. */
const LARGE: AgentState = {
  configuration: exampleConfiguration({
    loadBalancers: Array.from({ length: 100 }, (_, index) => exampleLoadBalancer({ name: `shop-${index}` })),
  }),
  owned: [],
};

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-state-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('the stored configuration', () => {
  it(`survives a kill at any instant, ${KILLS} times`, async () => {
    const state = join(directory, 'state');
    for (let kill = 0; kill < KILLS; kill += 1) {
      const args = ['--input-type=module', '-e', SAVER, state, JSON.stringify(LARGE)];
      const saver = new Program(process.execPath, { args, cwd: ROOT });
      await saver.says('\n');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_LIFE_MS));
      saver.signal('SIGKILL');
      expect(await saver.end(), saver.output).toBe('SIGKILL');
      const saved = Number(saver.output.trim().split('\n').at(-1));
      const loaded = await new StateFile(state).load();
      expect(loaded.damage).toBeNull();
      // The last that was told, or the one that was being saved.
      expect([saved, saved + 1]).toContain(loaded.state?.configuration?.generation);
    }
  });
});

/** A file system of so few bytes needs root. */
function smallDisk(path: string): RealPart {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', path]);
  if (mounted.status === 0) return { available: true, program: 'mount' };
  return { available: false, reason: 'no small file system can be mounted; that needs root' };
}

const disk = await mkdtemp(join(tmpdir(), 'weir-disk-'));

describeWith('the stored configuration on a full disk', smallDisk(disk), () => {
  afterEach(async () => {
    spawnSync('umount', [disk]);
    await rm(disk, { recursive: true });
  });

  it('stays the last good one, and is replaced when there is room again', async () => {
    const file = new StateFile(join(disk, 'state'));
    const small = { ...LARGE, configuration: exampleConfiguration({ generation: 1 }) };
    await file.save(small);
    const huge = {
      ...small,
      configuration: exampleConfiguration({
        generation: 2,
        loadBalancers: Array.from({ length: 400 }, (_, index) => exampleLoadBalancer({ name: `shop-${index}` })),
      }),
    };
    await expect(file.save(huge)).rejects.toThrow('ENOSPC');
    expect(await file.load()).toEqual({ state: small, damage: null });
    const next = { ...small, configuration: exampleConfiguration({ generation: 3 }) };
    await file.save(next);
    expect(await file.load()).toEqual({ state: next, damage: null });
  });
});
