import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleConfiguration } from '../configuration/example-configuration.js';
import type { AgentState } from './agent-state.js';
import { StateFile } from './state-file.js';

const state = (generation: number): AgentState => ({
  configuration: exampleConfiguration({ generation }),
  owned: ['TCP 203.0.113.10:443'],
});

let parent: string;
let directory: string;
let newest: string;
let previous: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'weir-state-'));
  directory = join(parent, 'edge');
  newest = join(directory, 'state.json');
  previous = join(directory, 'state.previous.json');
});

afterEach(() => rm(parent, { recursive: true }));

const damage = async (path: string) => writeFile(path, (await readFile(path, 'utf8')).replace('ams-1', 'ams-2'));

describe('StateFile', () => {
  it('has nothing at first, and that is no damage', async () => {
    expect(await new StateFile(directory).load()).toEqual({ state: null, damage: null });
  });

  it('gives back what was saved last', async () => {
    const file = new StateFile(directory);
    await file.save(state(1));
    await file.save(state(2));
    expect(await new StateFile(directory).load()).toEqual({ state: state(2), damage: null });
    expect((await readdir(directory)).sort()).toEqual(['state.json', 'state.previous.json']);
  });

  it('falls back to the one before when the newest is damaged', async () => {
    const file = new StateFile(directory);
    await file.save(state(1));
    await file.save(state(2));
    await damage(newest);
    const loaded = await file.load();
    expect(loaded.state).toEqual(state(1));
    expect(loaded.damage).toContain('does not match its checksum');
  });

  it('does not let a save put the damaged file in the place of the good one', async () => {
    const file = new StateFile(directory);
    await file.save(state(1));
    await file.save(state(2));
    await damage(newest);
    await file.load();
    await file.save(state(3));
    await writeFile(newest, '');
    expect((await file.load()).state).toEqual(state(1));
  });

  it('survives a crash between the two renames of a save', async () => {
    const file = new StateFile(directory);
    await file.save(state(1));
    await writeFile(previous, await readFile(newest));
    await writeFile(newest, '{"format":1,');
    expect((await file.load()).state).toEqual(state(1));
  });

  it.each(['', '{}', '{"format":1,"sha256":"", "state":{}}', 'null'])('says that %j is no state', async (text) => {
    const file = new StateFile(directory);
    await file.save(state(1));
    await writeFile(newest, text);
    const loaded = await file.load();
    expect(loaded.state).toBeNull();
    expect(loaded.damage).toContain(newest);
    expect(await readdir(directory)).toEqual(['state.json.damaged']);
  });

  it('keeps a state of a newer format for the agent that wrote it, and uses the one before', async () => {
    const file = new StateFile(directory);
    await file.save(state(1));
    await file.save(state(2));
    const newer = (await readFile(newest, 'utf8')).replace('"format": 1', '"format": 2');
    await writeFile(newest, newer);
    const loaded = await file.load();
    expect(loaded.state).toEqual(state(1));
    expect(loaded.damage).toContain('is of format 2 and this agent knows 1; install the newer agent again');
    await file.save(state(3));
    await file.save(state(4));
    expect(await readFile(`${newest}.format-2`, 'utf8')).toBe(newer);
  });

  it('reads what was written with its fields in another order', async () => {
    await new StateFile(directory).save({ owned: [], configuration: exampleConfiguration() });
    expect((await new StateFile(directory).load()).damage).toBeNull();
  });

  it('looks without touching', async () => {
    const file = new StateFile(directory);
    await file.save(state(1));
    await file.save(state(2));
    await damage(newest);
    expect((await file.inspect()).state).toEqual(state(1));
    expect((await readdir(directory)).sort()).toEqual(['state.json', 'state.previous.json']);
  });

  it('rejects when the disk does', async () => {
    await writeFile(directory, 'a file where the directory should be');
    await expect(new StateFile(directory).save(state(1))).rejects.toThrow('EEXIST');
  });
});
