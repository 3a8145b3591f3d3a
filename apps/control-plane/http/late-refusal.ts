import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';

/** Whoever sends nothing for so long has said what there was to say, or never will. */
const LONGEST_LULL_MS = 1_000;

/**
 * Holds an answer that ends its connection back until the client has sent the rest of its request, which nobody keeps, or rests:
 * a connection that is closed while more arrives is reset, and the client's system throws away the answer that tells why (RFC
 * 9112, section 9.6). A request as a whole has its time limit all the same.
 */
export function refuseLate(fastify: FastifyInstance): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    if (reply.getHeader('connection') === 'close' && !request.raw.complete) await restOf(request.raw);
    return payload;
  });
}

function restOf(message: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let isResting = true;
    // What came while this process was busy is read before the immediate runs.
    const watch = setInterval(() => setImmediate(judge), LONGEST_LULL_MS);
    const judge = (): void => {
      if (isResting) end();
      isResting = true;
    };
    const end = (): void => {
      clearInterval(watch);
      resolve();
    };
    message.on('data', () => (isResting = false));
    message.once('close', end);
    message.once('end', end);
    message.resume();
  });
}
