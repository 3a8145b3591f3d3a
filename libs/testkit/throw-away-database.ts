import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { openDatabase } from '#storage/open-database.js';
import { urlOfDatabase, withClient } from './postgres-client.js';
import type { RealPart } from './real-part.js';

/** A migrated database that others are copied from: to migrate anew takes several times as long. */
const TEMPLATE = 'weir_template';
const TEMPLATE_LOCK = 1;

export interface ThrowAwayDatabase {
  readonly url: string;
  /** Breaks off whoever is still connected. */
  readonly remove: () => Promise<void>;
}

/** The PostgreSQL of this run; its `program` is the address of the server. */
export function postgresPart(): RealPart {
  const postgres = inject('postgres');
  return 'url' in postgres
    ? { available: true, program: postgres.url }
    : { available: false, reason: postgres.missing };
}

/** A database of its own on the server at `serverUrl`: with the newest schema, or without any table. */
export async function createDatabase(
  serverUrl: string,
  { isMigrated } = { isMigrated: true },
): Promise<ThrowAwayDatabase> {
  const name = `weir_${randomUUID().replaceAll('-', '')}`;
  if (isMigrated) await ensureTemplate(serverUrl);
  const template = isMigrated ? ` TEMPLATE ${TEMPLATE}` : '';
  await withClient(serverUrl, (client) => client.query(`CREATE DATABASE ${name}${template}`));
  return {
    url: urlOfDatabase(serverUrl, name),
    remove: async () => {
      await withClient(serverUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** Files of tests may run beside each other; the first that needs the template makes it. */
async function ensureTemplate(serverUrl: string): Promise<void> {
  await withClient(serverUrl, async (client) => {
    await client.query(`SELECT pg_advisory_lock(${TEMPLATE_LOCK})`);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (rowCount !== 0) return;
    const draft = `${TEMPLATE}_draft`;
    await client.query(`DROP DATABASE IF EXISTS ${draft}`);
    await client.query(`CREATE DATABASE ${draft}`);
    await (await openDatabase({ url: urlOfDatabase(serverUrl, draft) })).destroy();
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${TEMPLATE}`);
  });
}
