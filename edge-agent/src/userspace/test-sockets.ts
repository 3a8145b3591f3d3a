import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A listener on this machine, on a free port unless one is given, that hands each connection to `serve`. */
export async function listen(
  serve: (socket: Socket) => void,
  wantedPort = 0,
): Promise<{ server: Server; port: number }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  server.listen(wantedPort, '127.0.0.1');
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

export function dial(port: number): Socket {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
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
