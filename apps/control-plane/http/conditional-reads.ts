import type { FastifyInstance, FastifyReply } from 'fastify';
import { digestTag, namesEntityTag } from './entity-tag.js';

/** Gives every JSON answer to a read its entity tag, and answers 304 to whoever has the same already. */
export function answerConditionalReads(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (request.routeOptions.config.rules === undefined || !isTagged(request.method, reply, payload)) {
      done(null, payload);
      return;
    }
    const tag = String(reply.getHeader('etag') ?? digestTag(payload));
    void reply.header('etag', tag).header('cache-control', 'private, no-cache');
    const known = request.headers['if-none-match'];
    if (known === undefined || !namesEntityTag(known, tag)) {
      done(null, payload);
      return;
    }
    void reply.code(304).removeHeader('content-type').removeHeader('content-length');
    done(null, null);
  });
}

function isTagged(method: string, reply: FastifyReply, payload: unknown): payload is string {
  const isRead = method === 'GET' || method === 'HEAD';
  const isJson = String(reply.getHeader('content-type')).startsWith('application/json');
  return isRead && reply.statusCode === 200 && isJson && typeof payload === 'string';
}
