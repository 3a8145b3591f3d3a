import type { EntityManager } from 'typeorm';
import type { SharedChange } from '#core/ports/replica-link.js';

/** The channel of LISTEN and NOTIFY. */
export const CHANNEL = 'weir';

/** `author` is whoever announces, so that it need not listen to itself. */
export function announcement(change: SharedChange, author: string): string {
  return `${change} ${author}`;
}

/** `null` for what a newer version of Weir announces. */
export function readAnnouncement(payload: string): { readonly change: SharedChange; readonly author: string } | null {
  const [change, author = ''] = payload.split(' ');
  return isSharedChange(change) ? { change, author } : null;
}

/** As a part of the transaction: others hear of it once it is committed, and only then. */
export async function announce(manager: EntityManager, change: SharedChange, author: string): Promise<void> {
  if (manager.dataSource.options.type !== 'postgres') return;
  await manager.query('SELECT pg_notify($1, $2)', [CHANNEL, announcement(change, author)]);
}

function isSharedChange(text: string | undefined): text is SharedChange {
  return text === 'configuration' || text === 'cycle' || text === 'cycle-wanted';
}
