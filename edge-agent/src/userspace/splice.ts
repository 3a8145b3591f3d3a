import type { Socket } from 'node:net';
import type { Passage } from './passage.js';

/** Dead peers behind a silent network would hold their connections for ever. */
const KEEP_ALIVE_DELAY_MS = 60_000;

/**
 * Carries bytes both ways until both sides have ended. A side's end is passed on alone (half-close), its failure as a
 * reset; a slow reader slows the writer. The passage ends when both sockets are closed.
 */
export function splice(client: Socket, upstream: Socket, passage: Passage): void {
  let open = 2;
  const closed = () => {
    open -= 1;
    if (open === 0) passage.end();
  };
  client.on('data', ({ length }: Buffer) => {
    passage.countIn(length);
  });
  upstream.on('data', ({ length }: Buffer) => {
    passage.countOut(length);
  });
  for (const [socket, peer] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
    socket.on('error', () => peer.resetAndDestroy());
    socket.once('close', () => {
      // Destroyed before it had passed on its end: the peer must not wait for more.
      if (!socket.readableEnded) peer.resetAndDestroy();
      closed();
    });
    socket.pipe(peer);
  }
}
