import { setImmediate } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { archivePartEntity, type ArchivedDocument } from '../entities/archive-part-entity.js';

/** The database writes and reads this much in a few milliseconds; its driver does so on the event loop's thread. */
const PART_BYTES = 256 * 1024;

/** Stores an archive in parts; the event loop turns between two. Any that was there must have been removed. */
export async function insertArchive(
  manager: EntityManager,
  cycle: number,
  document: ArchivedDocument,
  archive: Uint8Array,
): Promise<void> {
  for (let part = 0; part * PART_BYTES < archive.length; part += 1) {
    const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.length);
    const row = { cycle, document, part, bytes: bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES) };
    await manager.insert(archivePartEntity, row);
    if (part > 0) await setImmediate();
  }
}

/** The whole archive; `null` when there is none. The event loop turns between two parts. */
export async function findArchive(
  manager: EntityManager,
  cycle: number,
  document: ArchivedDocument,
): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const row = await manager.findOneBy(archivePartEntity, { cycle, document, part: parts.length });
    if (row === null) return parts.length === 0 ? null : Buffer.concat(parts);
    parts.push(row.bytes);
    if (parts.length > 1) await setImmediate();
  }
}

export async function removeArchive(manager: EntityManager, cycle: number, document: ArchivedDocument): Promise<void> {
  await manager.delete(archivePartEntity, { cycle, document });
}
