import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A listener on this machine, on a free port unless one is given, that hands each connection to `serve`. */
export async function listen(
  serve: (socket: Socket) => void,
  wantedPort = 0,
  host = '127.0.0.1',
): Promise<{ server: Server; port: number }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  server.listen(wantedPort, host);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** Says its name to each client and hangs up. */
export function sayName(name: string): (socket: Socket) => void {
  return (socket) => {
    socket.resume();
    socket.end(name);
  };
}

export function dial(port: number, host = '127.0.0.1'): Socket {
  const socket = connect({ host, port, allowHalfOpen: true });
  socket.on('error', () => undefined);
  return socket;
}

/** All that comes until the other side ends. Rejects when the connection is reset. */
export function readAll(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('error', reject);
    socket.once('end', () => {
      resolve(Buffer.concat(chunks).toString());
    });
  });
}

/** Resolves when the socket is closed: true when by a failure, such as a reset. */
export function closing(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('close', resolve);
  });
}

/** How many of so many connections, one after the other, were answered with each name. */
export async function tally(port: number, count: number): Promise<Record<string, number>> {
  const names: Record<string, number> = {};
  for (let index = 0; index < count; index += 1) {
    const name = await readAll(dial(port).end());
    names[name] = (names[name] ?? 0) + 1;
  }
  return names;
}

const FALLS_ASLEEP = `
  const server = require('node:net').createServer();
  server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

/** More than wait for a listener that never accepts. */
const CROWD = 4;

/** A port where connections neither succeed nor fail: its listener sleeps, and its queue is full. */
export async function silentPort(): Promise<{ readonly port: number; readonly stop: () => Promise<void> }> {
  const child = spawn(process.execPath, ['-e', FALLS_ASLEEP], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [told] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(told.toString());
  const crowd = Array.from({ length: CROWD }, () => dial(port));
  await Promise.all(crowd.slice(0, 2).map((socket) => once(socket, 'connect')));
  return {
    port,
    stop: async () => {
      for (const socket of crowd) socket.destroy();
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}
