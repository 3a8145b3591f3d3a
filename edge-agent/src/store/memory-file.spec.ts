import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryFile } from './memory-file.js';

const MEMORY = {
  savedMs: 1_700_000_000_000,
  deadlines: { 'TCP 203.0.113.10:443 -> 192.0.2.11:8443': 1_700_000_060_000 },
  down: ['192.0.2.12:8443 TCP'],
};

let parent: string;
let directory: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'weir-memory-'));
  directory = join(parent, 'edge');
});
afterEach(() => rm(parent, { recursive: true }));

describe('MemoryFile', () => {
  it('gives back what was saved last, and leaves nothing else', async () => {
    const file = new MemoryFile(directory);
    await file.save({ ...MEMORY, down: [] });
    await file.save(MEMORY);
    expect(await new MemoryFile(directory).load()).toEqual(MEMORY);
    expect(await readdir(directory)).toEqual(['memory.json']);
    expect((await stat(join(directory, 'memory.json'))).mode & 0o077).toBe(0);
  });

  it.each(['', '{', '{}', 'null', '{"savedMs":1,"deadlines":{},"down":[],"more":1}'])(
    'has none where the file says %j',
    async (text) => {
      const file = new MemoryFile(directory);
      await file.save(MEMORY);
      await writeFile(join(directory, 'memory.json'), text);
      expect(await file.load()).toBeNull();
    },
  );

  it('has none at first', async () => {
    expect(await new MemoryFile(directory).load()).toBeNull();
  });

  it('rejects when the disk does', async () => {
    await writeFile(directory, 'a file where the directory should be');
    await expect(new MemoryFile(directory).save(MEMORY)).rejects.toThrow('EEXIST');
  });
});
