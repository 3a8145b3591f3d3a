import { createGunzip } from 'node:zlib';
import { DocumentReader } from '#core/archive/document-lines.js';

/** Uncompressed at a time: about one line, so that the event loop turns between two. */
const CHUNK_BYTES = 256 * 1024;

/**
 * The documents that were written into an archive, in their order. The event loop turns while it reads. Rejects when the
 * archive is damaged.
 */
export async function readArchive(archive: Uint8Array): Promise<readonly unknown[]> {
  const reader = new DocumentReader();
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  gunzip.setEncoding('utf8');
  gunzip.end(archive);
  let rest = '';
  for await (const text of gunzip as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) reader.add(line);
  }
  if (rest !== '') throw new SyntaxError('the archive ends within a line');
  return reader.documents;
}
