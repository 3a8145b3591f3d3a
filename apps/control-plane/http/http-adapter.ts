import { MethodNotAllowedException } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { TlsOptions } from 'node:tls';
import { answerClientError } from './client-errors.js';
import { refuseLate } from './late-refusal.js';
import { Problem, problemDocument } from './problem.js';

const BODY_LIMIT_BYTES = 1024 * 1024;

/** A client that sends its request byte by byte must not hold a connection for long. */
const REQUEST_TIMEOUT_MS = 15_000;
const SERVER_TIMEOUTS = { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 };

/** Fastify, set to take JSON and merge patches and nothing else, over TLS when it is given a certificate. */
export function createHttpAdapter(tls: TlsOptions | null = null): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    ...(tls === null ? { http: SERVER_TIMEOUTS } : { https: { ...tls, ...SERVER_TIMEOUTS } }),
    clientErrorHandler: answerClientError,
    // What is still asked while the server drains is answered like anything before it.
    return503OnClosing: false,
    // Not the client's to choose: it stands in events.
    requestIdHeader: false,
    genReqId: () => randomUUID(),
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
  refuseLate(fastify);
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
