import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip, gunzipSync, gzip } from 'node:zlib';
import { type EntityManager, In } from 'typeorm';
import { byName, edgeName } from '#core/model/name.js';
import type { EdgeDocument, EdgePublication, PublishedEdgeDocument } from '#core/ports/scheduler-store.js';
import type { EdgeDigest, Publication } from './decide-publication.js';
import {
  publishedEdgeDocumentEntity,
  type PublishedEdgeDocumentRow,
} from './entities/published-edge-document-entity.js';
import { UnreadableDocument } from './mappers/json-document.js';

const compressed = promisify(gzip);
const decompressed = promisify(gunzip);

/** What is smaller when compressed takes less time to decompress than to hand to another thread, and a thousand at once less memory. */
const SMALL_BYTES = 16 * 1_024;

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

/** Where the documents of these edges stand. */
export async function readPublications(
  manager: EntityManager,
  edges: readonly string[],
): Promise<ReadonlyMap<string, EdgePublication>> {
  const rows = await manager.findBy(publishedEdgeDocumentEntity, { edge: In(edges) });
  return new Map(rows.map((row) => [row.edge, { edge: edgeName(row.edge), point: toPoint(row) }]));
}

/** The same with the compressed documents themselves. */
export async function readPublished(
  manager: EntityManager,
  edges: readonly string[],
): Promise<ReadonlyMap<string, PublishedEdgeDocumentRow>> {
  const query = manager.createQueryBuilder(publishedEdgeDocumentEntity, 'published').addSelect('published.document');
  const rows = await query.where({ edge: In(edges) }).getMany();
  return new Map(rows.map((row) => [row.edge, row]));
}

/** Throws `UnreadableDocument`. */
export async function toPublishedDocument(row: PublishedEdgeDocumentRow): Promise<PublishedEdgeDocument> {
  try {
    const { length } = row.document;
    const bytes = length < SMALL_BYTES ? gunzipSync(row.document) : await decompressed(row.document);
    return { edge: edgeName(row.edge), document: bytes.toString('utf8'), point: toPoint(row) };
  } catch (cause) {
    throw new UnreadableDocument({ table: 'published_edge_documents', key: row.edge }, { cause });
  }
}

function toPoint({ term, generation }: PublishedEdgeDocumentRow): EdgePublication['point'] {
  return { term, generation };
}
