import type { DataSourceOptions } from 'typeorm';

/** How long a new connection may take. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** The server ends a statement of ours that takes longer. The largest piece that one statement moves is 256 KiB. */
const STATEMENT_TIMEOUT_MS = 10_000;

/** When even the server's word does not arrive: the network swallows what we send. */
const SILENCE_TIMEOUT_MS = 12_000;

/** Reads run beside each other; more connections than this help nobody on one server. */
const POOL_SIZE = 10;

export type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/** For TypeORM. Migrations may take as long as they need. */
export function postgresOptions(url: string, { isMigrating }: { readonly isMigrating: boolean }): PostgresOptions {
  const timeouts = isMigrating ? {} : { statement_timeout: STATEMENT_TIMEOUT_MS, query_timeout: SILENCE_TIMEOUT_MS };
  return {
    type: 'postgres',
    url,
    applicationName: 'weir',
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    poolSize: POOL_SIZE,
    installExtensions: false,
    extra: {
      ...timeouts,
      keepAlive: true,
      // A control plane that vanished in the middle of a transaction must not hold its locks for hours.
      idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    },
  };
}
