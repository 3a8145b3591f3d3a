import { bigInteger } from './big-integer.js';
import { binary } from './binary.js';
import { tableEntity } from './table-entity.js';

/** What one edge was last told to do. */
export interface PublishedEdgeDocumentRow {
  readonly edge: string;
  readonly term: number;
  readonly generation: number;
  /** Tells equal documents without reading them. */
  readonly digest: string;
  /** Compressed with gzip. Loaded only where a query asks for it by name. */
  readonly document: Uint8Array;
}

export const publishedEdgeDocumentEntity = tableEntity<PublishedEdgeDocumentRow>('published_edge_documents', {
  edge: { type: 'varchar', primary: true, primaryKeyConstraintName: 'pk_published_edge_documents' },
  term: { type: 'bigint', transformer: bigInteger },
  generation: { type: 'bigint', transformer: bigInteger },
  digest: { type: 'varchar' },
  document: { type: 'blob', transformer: binary, select: false },
});
