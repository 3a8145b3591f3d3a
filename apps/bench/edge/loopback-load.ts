import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Bytes that so many streams receive in so long, from the moment when all of them flow. */
export async function streamBytes(port: number, streams: number, durationMs: number): Promise<number> {
  let bytes = 0;
  const sockets = Array.from({ length: streams }, () => {
    const socket = dial(port);
    socket.write('s');
    return socket;
  });
  await Promise.all(sockets.map((socket) => once(socket, 'data')));
  for (const socket of sockets) socket.on('data', ({ length }: Buffer) => (bytes += length));
  const startedMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  const perMs = bytes / (performance.now() - startedMs);
  for (const socket of sockets) socket.resetAndDestroy();
  return perMs * durationMs;
}

/** Connections that were made, answered and ended in so long, so many at a time. */
export async function shortConnections(port: number, concurrency: number, durationMs: number): Promise<number> {
  let count = 0;
  const deadlineMs = performance.now() + durationMs;
  const worker = async () => {
    while (performance.now() < deadlineMs) {
      const socket = dial(port);
      socket.write('c');
      socket.resume();
      await new Promise((resolve) => socket.once('close', resolve));
      if (!socket.errored) count += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return count;
}

/** Resolves once somebody listens and forwards there; rejects after ten seconds. */
export async function untilServing(port: number): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while ((await shortConnections(port, 1, 1)) === 0) {
    if (performance.now() > deadlineMs) throw new Error(`nothing answers on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function dial(port: number): Socket {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.on('error', () => undefined);
  return socket;
}
