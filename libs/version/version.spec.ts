import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { VERSION } from './version.js';

const read = (file: string): Promise<string> => readFile(new URL(`../../${file}`, import.meta.url), 'utf8');

it('is the version of the package', async () => {
  expect(JSON.parse(await read('package.json'))).toMatchObject({ version: VERSION });
});

it('is the one that the changelog tells about first', async () => {
  expect(/^## (\S+)/m.exec(await read('CHANGELOG.md'))?.[1]).toBe(VERSION);
});
