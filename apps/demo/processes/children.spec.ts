import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Children } from './children.js';

let directory: string;
let script: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-children-spec-'));
  script = join(directory, 'runs-for-ever.mjs');
  await writeFile(script, 'setInterval(() => {}, 1_000);');
});

afterAll(() => rm(directory, { recursive: true }));

describe('Children', () => {
  it('ends all of them, and takes none of their ends for an accident', async () => {
    const deaths: string[] = [];
    const children = new Children((death) => deaths.push(death.message));
    const ended: string[] = [];
    for (const name of ['one', 'two']) {
      void children.start({ name, script }).exited.then(() => ended.push(name));
    }
    await children.stop();
    expect(ended.sort()).toEqual(['one', 'two']);
    expect(deaths).toEqual([]);
  });

  it('tells which one died by itself', async () => {
    const deaths: string[] = [];
    const children = new Children((death) => deaths.push(death.message));
    await children.start({ name: 'the edge ams-1', script: join(directory, 'missing.mjs') }).exited;
    expect(deaths).toHaveLength(1);
    expect(deaths[0]).toMatch(/^the edge ams-1 ended unexpectedly \(exit code 1\)[^]*Cannot find module/);
    await children.stop();
  });

  it('starts nothing that would be left behind', async () => {
    const children = new Children(() => undefined);
    const stopped = children.stop();
    expect(() => children.start({ name: 'the origin near', script })).toThrow('the origin near is not started');
    await stopped;
  });
});
