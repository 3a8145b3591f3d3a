import { fastify, type FastifyInstance } from 'fastify';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveConsole } from './console-files.js';

let directory: string;
let server: FastifyInstance;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-console-files-'));
  server = fastify();
});
afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

async function build(): Promise<void> {
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), '<title>Weir</title>');
  await writeFile(join(directory, 'assets/index-1a2b.js'), 'plain');
  await writeFile(join(directory, 'assets/index-1a2b.js.br'), 'compressed');
}

describe('serveConsole', () => {
  it('says what to run where the console was not built', async () => {
    await serveConsole(server, directory);
    const answer = await server.inject('/');
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain('npm run build:console');
  });

  it('has the page asked for again each time, and what it consists of only once', async () => {
    await build();
    await serveConsole(server, directory);
    const page = await server.inject('/');
    expect(page.body).toBe('<title>Weir</title>');
    expect(page.headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'text/html; charset=utf-8' });
    const script = await server.inject('/assets/index-1a2b.js');
    expect(script.body).toBe('plain');
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it('sends the compressed form to whoever takes it', async () => {
    await build();
    await serveConsole(server, directory);
    const answer = await server.inject({ url: '/assets/index-1a2b.js', headers: { 'accept-encoding': 'gzip, br' } });
    expect(answer.body).toBe('compressed');
    expect(answer.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
    expect(answer.headers['content-type']).toMatch(/javascript/);
  });

  it('finds what was built while it runs, and takes no path but its own', async () => {
    await build();
    await serveConsole(server, directory);
    await writeFile(join(directory, 'assets/index-3c4d.js'), 'newer');
    expect((await server.inject('/assets/index-3c4d.js')).body).toBe('newer');
    for (const path of ['/v1/nothing', '/assets/gone.js', '/assets/../index.htm', '/package.json']) {
      expect((await server.inject(path)).statusCode, path).toBe(404);
    }
  });
});
