import { MethodNotAllowedException } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { answerConditionalReads } from './conditional-reads.js';
import { Problem, problemDocument } from './problem.js';
import { keepRequestRules } from './request-rules.js';

const BODY_LIMIT_BYTES = 1024 * 1024;

/** Fastify, set to take JSON and merge patches and nothing else. */
export function createHttpAdapter(): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    // A path that cannot even be decoded never reaches Nest's filter.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      const document = problemDocument(new Problem('not-found', error.message), request.url);
      void reply.status(document.status).type('application/problem+json').send(document);
    },
  });
  const fastify = adapter.getInstance();
  fastify.removeContentTypeParser('text/plain');
  fastify.addContentTypeParser(
    'application/merge-patch+json',
    { parseAs: 'string' },
    fastify.getDefaultJsonParser('error', 'error'),
  );
  keepRequestRules(fastify);
  answerConditionalReads(fastify);
  drainOnClose(fastify);
  return adapter;
}

/** How long requests that are under way at shutdown may take. */
const DRAIN_MS = 1_000;

/** At shutdown, requests under way are answered, each as the last on its connection; who is slower than that is cut off. */
function drainOnClose(fastify: FastifyInstance): void {
  let isClosing = false;
  fastify.addHook('preClose', (done) => {
    isClosing = true;
    setTimeout(() => {
      fastify.server.closeAllConnections();
    }, DRAIN_MS).unref();
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    // The server waits for its connections, and a kept one would stay open for as long as its client likes.
    if (isClosing) void reply.header('connection', 'close');
    done(null, payload);
  });
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] satisfies HTTPMethods[];

/** Initialises the application so that a known path with an unknown verb is refused with 405 and says what it allows. */
export async function initializeWithMethodRefusal(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const known = new Map<string, Set<string>>();
  fastify.addHook('onRoute', (route) => {
    const methods = known.get(route.url) ?? new Set();
    for (const method of [route.method].flat()) methods.add(method);
    known.set(route.url, methods);
  });
  await app.init();
  for (const [url, methods] of [...known]) {
    const others = METHODS.filter((method) => !methods.has(method));
    if (others.length === 0 || url === '*') continue;
    // Told now: the routes added here are seen by the hook above as well.
    const allow = [...methods].sort().join(', ');
    fastify.route({
      method: others,
      url,
      // Before the body is read: a wrong verb is 405 whatever its body.
      onRequest: (_request, reply, done) => {
        void reply.header('allow', allow);
        done(new MethodNotAllowedException());
      },
      handler: () => undefined,
    });
  }
}
