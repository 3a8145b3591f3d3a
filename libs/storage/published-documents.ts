import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { type EntityManager, In } from 'typeorm';
import { byName, type EdgeName, edgeName } from '#core/model/name.js';
import type { EdgeDocument, EdgePublication, PublishedEdgeDocument } from '#core/ports/scheduler-store.js';
import type { EdgeDigest, Publication } from './decide-publication.js';
import {
  publishedEdgeDocumentEntity,
  type PublishedEdgeDocumentRow,
} from './entities/published-edge-document-entity.js';
import { UnreadableDocument } from './mappers/json-document.js';

const compressed = promisify(gzip);
const decompressed = promisify(gunzip);

/** A document ready to be stored. */
export interface PreparedDocument extends EdgeDigest {
  readonly text: string;
  /** Compressed; `null` where the same text was already stored when it was prepared. */
  readonly bytes: Uint8Array | null;
}

/** Digests all documents and compresses the new ones, off the event loop's thread or with turns of the loop between two. */
export async function prepareDocuments(
  documents: readonly EdgeDocument[],
  published: readonly EdgeDigest[],
): Promise<readonly PreparedDocument[]> {
  const publishedDigests = new Map(published.map(({ edge, digest }) => [edge, digest]));
  const prepared: PreparedDocument[] = [];
  for (const { edge, document } of documents) {
    const digest = createHash('sha256').update(document).digest('base64');
    const isNew = publishedDigests.get(edge) !== digest;
    prepared.push({ edge, digest, text: document, bytes: isNew ? await compressed(document) : null });
    // Compressing lets the loop turn; digests alone would not.
    if (!isNew && prepared.length % 16 === 0) await setImmediate();
  }
  return prepared;
}

export async function readDigests(manager: EntityManager): Promise<readonly (EdgeDigest & EdgePublication)[]> {
  const rows = await manager.find(publishedEdgeDocumentEntity);
  return rows
    .map((row) => ({ edge: edgeName(row.edge), digest: row.digest, point: toPoint(row) }))
    .sort((left, right) => byName(left.edge, right.edge));
}

/** Makes exactly the wanted documents the published ones. */
export async function publish(
  manager: EntityManager,
  { point, changed, withdrawn }: Publication<PreparedDocument>,
): Promise<void> {
  if (withdrawn.length > 0) await manager.delete(publishedEdgeDocumentEntity, { edge: In(withdrawn) });
  if (point === null) return;
  for (const [index, { edge, digest, text, bytes }] of changed.entries()) {
    const document = bytes ?? (await compressed(text));
    await manager.upsert(publishedEdgeDocumentEntity, { edge, ...point, digest, document }, ['edge']);
    if (index % 2 === 1) await setImmediate();
  }
}

/** Where one edge's document stands and the compressed document itself. */
export function findPublished(manager: EntityManager, edge: EdgeName): Promise<PublishedEdgeDocumentRow | null> {
  const query = manager.createQueryBuilder(publishedEdgeDocumentEntity, 'published').addSelect('published.document');
  return query.where({ edge }).getOne();
}

/** Throws `UnreadableDocument`. */
export async function toPublishedDocument(row: PublishedEdgeDocumentRow): Promise<PublishedEdgeDocument> {
  try {
    const document = (await decompressed(row.document)).toString('utf8');
    return { edge: edgeName(row.edge), document, point: toPoint(row) };
  } catch (cause) {
    throw new UnreadableDocument({ table: 'published_edge_documents', key: row.edge }, { cause });
  }
}

function toPoint({ term, generation }: PublishedEdgeDocumentRow): EdgePublication['point'] {
  return { term, generation };
}
