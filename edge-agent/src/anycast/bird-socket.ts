import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { takeReply, type BirdReply } from './bird-reply.js';

/**
 * Puts commands to BIRD, one after the other on one connection; answers a reply for each. Rejects when BIRD cannot be
 * reached or does not answer in time; commands that were put may then have been carried out.
 */
export type AskBird = (commands: readonly string[]) => Promise<readonly BirdReply[]>;

/** A large table takes a moment to configure; a BIRD that hangs must not stop the loop. */
const TIMEOUT_MS = 5_000;

/** The control socket itself, without `birdc` in between: it speaks numbered lines. */
export function birdSocket(path: string, timeoutMs = TIMEOUT_MS): AskBird {
  return (commands) =>
    new Promise((resolve, reject) => {
      const socket = connect(path);
      const timer = setTimeout(() => {
        socket.destroy(new Error(`BIRD did not answer within ${timeoutMs} ms`));
      }, timeoutMs);
      const replies: BirdReply[] = [];
      socket.once('error', reject);
      socket.once('close', () => {
        clearTimeout(timer);
        reject(new Error('BIRD closed the connection'));
      });
      onReply(socket, (reply) => {
        replies.push(reply);
        const next = commands[replies.length - 1];
        if (next === undefined) {
          // Without the greeting, which the first command waited for.
          resolve(replies.slice(1));
          socket.end();
        } else socket.write(`${next}\n`);
      });
    });
}

function onReply(socket: Socket, take: (reply: BirdReply) => void): void {
  let received = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text;
    for (let taken = takeReply(received); taken !== null; taken = takeReply(received)) {
      received = taken.rest;
      take(taken.reply);
    }
  });
}
