import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from './read-environment.js';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-env-'));
  file = join(directory, 'edge.env');
});
afterEach(() => rm(directory, { recursive: true }));

describe('readEnvironment', () => {
  it('is the environment where there is no file', () => {
    expect(readEnvironment(null, { A: '1' })).toEqual({ A: '1' });
  });

  it('reads variables, comments and quotes; the environment counts more', async () => {
    await writeFile(file, '# the edge\nWEIR_EDGE_NAME=ams-1\nB="two words"\nC=file\n');
    expect(readEnvironment(file, { C: 'environment' })).toEqual({
      WEIR_EDGE_NAME: 'ams-1',
      B: 'two words',
      C: 'environment',
    });
  });

  it('says which file it cannot read', () => {
    expect(() => readEnvironment(file, {})).toThrow(`${file} cannot be read: ENOENT`);
  });
});
