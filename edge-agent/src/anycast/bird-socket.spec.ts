import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { birdSocket } from './bird-socket.js';

let directory: string;
let path: string;
let server: Server | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-bird-'));
  path = join(directory, 'bird.ctl');
});

afterEach(async () => {
  server?.close();
  await rm(directory, { recursive: true });
});

async function listen(onConnection: (socket: Socket) => void): Promise<void> {
  server = createServer(onConnection);
  await new Promise<void>((resolve) => server?.listen(path, resolve));
}

describe('birdSocket', () => {
  it('puts one command after the other, and takes answers in any pieces', async () => {
    await listen((socket) => {
      socket.write('0001 BIRD ready.\n');
      socket.on('data', (command) => {
        socket.write(`1000-${String(command).trim()}\n mo`);
        setImmediate(() => socket.write('re\n0000 \n'));
      });
    });
    expect(await birdSocket(path)(['show status', 'configure'])).toEqual([
      { code: 0, lines: ['show status', 'more'] },
      { code: 0, lines: ['configure', 'more'] },
    ]);
  });

  it('rejects when there is no BIRD, and when it goes away', async () => {
    await expect(birdSocket(path)(['configure'])).rejects.toThrow('ENOENT');
    await listen((socket) => socket.end('0001 BIRD ready.\n'));
    await expect(birdSocket(path)(['configure'])).rejects.toThrow('closed the connection');
  });

  it('does not wait for ever', async () => {
    await listen(() => undefined);
    await expect(birdSocket(path, 20)(['configure'])).rejects.toThrow('within 20 ms');
  });
});
