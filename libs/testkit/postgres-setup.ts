import type { TestProject } from 'vitest/node';
import { findPostgres } from './postgres-program.js';
import { type PostgresServer, startPostgres } from './postgres-server.js';

/** What tests find out about the PostgreSQL of their run, with `inject`. */
declare module 'vitest' {
  interface ProvidedContext {
    postgres: { readonly url: string } | { readonly missing: string };
  }
}

interface SharedServer {
  readonly started: Promise<PostgresServer>;
  users: number;
}

/** One cluster for all projects of a run: each loads this module for itself, but into one process. */
const SHARED = Symbol.for('weir.testkit.postgres');
const shared = globalThis as unknown as Record<symbol, SharedServer | undefined>;

/** For vitest's `globalSetup`. */
export default async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const part = await findPostgres();
  if (!part.available) {
    provide('postgres', { missing: part.reason });
    return undefined;
  }
  const server = (shared[SHARED] ??= { started: startPostgres({ programs: part.program }), users: 0 });
  server.users += 1;
  const { url, remove } = await server.started.then((started) => ({
    url: started.url,
    remove: () => started.remove(),
  }));
  provide('postgres', { url });
  return async () => {
    server.users -= 1;
    if (server.users === 0) await remove();
  };
}
