import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleConfiguration } from '../configuration/example-configuration.js';
import { readSettings } from '../settings.js';
import type { LoadedState } from '../store/state-file.js';
import { checkConfiguration } from './check-configuration.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-check-'));
});
afterEach(() => rm(directory, { recursive: true }));

const settings = (stateDirectory = directory) =>
  readSettings({
    WEIR_EDGE_NAME: 'ams-1',
    WEIR_CONTROL_PLANE_URL: 'http://127.0.0.1:8080',
    WEIR_EDGE_STATE_DIRECTORY: stateDirectory,
    WEIR_EDGE_DATA_PLANE: 'ipvs',
  });
const stored = (loaded: Partial<LoadedState> = {}) => ({
  inspect: () => Promise.resolve({ state: null, damage: null, ...loaded }),
});
const state = (edge: string) => ({ configuration: exampleConfiguration({ edge, generation: 7 }), owned: [] });

describe('checkConfiguration', () => {
  it('tells what a start would find', async () => {
    expect(await checkConfiguration(settings(), stored({ state: state('ams-1') }))).toEqual({
      findings: [
        'settings: edge "ams-1", data plane ipvs, control plane http://127.0.0.1:8080',
        'stored configuration: generation 7 of term 1, 1 load balancers',
      ],
      problems: [],
    });
  });

  it('is content with a directory that the agent can make', async () => {
    expect((await checkConfiguration(settings(join(directory, 'a', 'b')), stored())).problems).toEqual([]);
  });

  it('names everything that is wrong', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const loaded = { state: state('fra-1'), damage: 'state.json does not match its checksum' };
    const { problems } = await checkConfiguration(settings(join(file, 'state')), stored(loaded));
    expect(problems).toHaveLength(3);
    expect(problems[0]).toBe('state.json does not match its checksum');
    expect(problems[1]).toContain('is for edge "fra-1"; correct WEIR_EDGE_NAME');
    expect(problems[2]).toContain('WEIR_EDGE_STATE_DIRECTORY cannot be written (ENOTDIR');
  });
});
