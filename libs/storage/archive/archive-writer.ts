import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';

/** Compressed at a time: about one line. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Compresses documents told line by line (`documentLines`), on a thread of its own. What several writers wrote may be put
 * one after the other: gzip members are read as one (RFC 1952, section 2.2).
 */
export class ArchiveWriter {
  // The fastest level: JSON of figures shrinks hardly further with more effort.
  readonly #gzip = createGzip({ level: 1, chunkSize: CHUNK_BYTES });
  readonly #bytes = buffer(this.#gzip);

  /** Resolves once the line is compressed: the event loop turns meanwhile. */
  add(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#gzip.write(`${line}\n`, (failure) => {
        if (failure == null) resolve();
        else reject(failure);
      });
    });
  }

  /** All that was added; nothing may be added after. */
  finish(): Promise<Uint8Array> {
    this.#gzip.end();
    return this.#bytes;
  }
}
