import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContextFile, contextFilePath } from './context-file.js';

describe('ContextFile', () => {
  let directory: string;
  let file: ContextFile;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weirctl-'));
    file = new ContextFile(join(directory, 'weir', 'contexts.yaml'));
  });

  afterEach(() => rm(directory, { recursive: true }));

  it('is empty before the first', async () => {
    expect(await file.read()).toEqual({ contexts: {} });
  });

  it('keeps what it was given, for its owner alone', async () => {
    const contexts = { current: 'prod', contexts: { prod: { url: 'https://weir.example.net', token: 't' } } };
    await file.write(contexts);
    expect(await file.read()).toEqual(contexts);
    expect((await stat(file.path)).mode & 0o777).toBe(0o600);
  });

  it('is not used while others can read it', async () => {
    await file.write({ contexts: {} });
    await chmod(file.path, 0o640);
    await expect(file.read()).rejects.toThrow(`others can read it; run chmod 600 ${file.path}`);
  });

  it('says what is wrong in it', async () => {
    await file.write({ contexts: {} });
    await writeFile(file.path, 'contexts: {prod: {url: ftp://x}}\n');
    await expect(file.read()).rejects.toThrow(/is not a context file: contexts\.prod\.url: /);
  });
});

describe('contextFilePath', () => {
  it.each([
    [{ HOME: '/home/me' }, '/home/me/.config/weir/contexts.yaml'],
    [{ HOME: '/home/me', XDG_CONFIG_HOME: '/settings' }, '/settings/weir/contexts.yaml'],
    [{ HOME: '/home/me', WEIRCTL_CONFIG: '/elsewhere.yaml' }, '/elsewhere.yaml'],
  ])('of %j', (environment, path) => {
    expect(contextFilePath(environment)).toBe(path);
  });
});
