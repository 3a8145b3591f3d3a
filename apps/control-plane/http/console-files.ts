import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

const INDEX = 'index.html';
const ASSETS = 'assets';

const NOT_BUILT = 'The web console is not built. Run "npm run build:console", then start the control plane again.\n';

/** Compressed when the console was built, for whoever takes that; what may be kept is said below. */
const FILES = { decorateReply: false, preCompressed: true } as const;

/**
 * Serves the web console. Its pages are told apart behind the `#`, so that no path of the API is taken: what is neither a
 * file of the console nor an operation is still answered as a problem. Without the files `/` says what to run.
 */
export async function serveConsole(fastify: FastifyInstance, directory: string): Promise<void> {
  if (!(await exists(join(directory, INDEX)))) {
    fastify.get('/', (_request, reply) => reply.status(503).type('text/plain; charset=utf-8').send(NOT_BUILT));
    return;
  }
  await fastify.register(fastifyStatic, {
    ...FILES,
    root: directory,
    wildcard: false,
    globIgnore: [`${ASSETS}/**`, '**/*.{br,gz}'],
    cacheControl: false,
    setHeaders: (reply) => {
      void reply.header('cache-control', 'no-cache');
    },
  });
  // Their names have a digest of what is in them. Looked up when asked for: a console may be built while this one runs.
  await fastify.register(fastifyStatic, {
    ...FILES,
    root: join(directory, ASSETS),
    prefix: `/${ASSETS}/`,
    maxAge: '1y',
    immutable: true,
  });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
