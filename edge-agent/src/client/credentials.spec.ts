import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageOf } from '../problem.js';
import { CredentialSource, NO_CREDENTIALS } from './credentials.js';

let directory: string;
const file = (name: string) => join(directory, name);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-credentials-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('CredentialSource', () => {
  it('sends nothing where there is nothing to send', async () => {
    expect(await new CredentialSource(NO_CREDENTIALS).current()).toEqual({ headers: {}, dispatcher: undefined });
  });

  it('sends the token that is in its file now, without the line end', async () => {
    const source = new CredentialSource({ ...NO_CREDENTIALS, tokenFile: file('token') });
    await writeFile(file('token'), 'weir_1\n');
    expect((await source.current()).headers).toEqual({ authorization: 'Bearer weir_1' });
    await writeFile(file('token'), 'weir_2');
    expect((await source.current()).headers).toEqual({ authorization: 'Bearer weir_2' });
  });

  it('names the file that cannot be read', async () => {
    const source = new CredentialSource({ ...NO_CREDENTIALS, tokenFile: file('token') });
    const failure: unknown = await source.current().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'control-plane-unreachable' });
    expect(messageOf(failure)).toContain(file('token'));
    expect(messageOf(failure)).toContain('ENOENT');
  });

  it('keeps its connections until a certificate changes', async () => {
    const source = new CredentialSource({ ...NO_CREDENTIALS, caFile: file('ca') });
    await writeFile(file('ca'), 'one');
    const { dispatcher } = await source.current();
    expect(dispatcher).toBeDefined();
    expect((await source.current()).dispatcher).toBe(dispatcher);
    await writeFile(file('ca'), 'two');
    expect((await source.current()).dispatcher).not.toBe(dispatcher);
    await source.close();
  });
});
