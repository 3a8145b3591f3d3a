import { bigInteger } from './big-integer.js';
import { tableEntity } from './table-entity.js';

/** What one edge was last told to do. */
export interface PublishedEdgeDocumentRow {
  readonly edge: string;
  readonly term: number;
  readonly generation: number;
  readonly document: string;
}

export const publishedEdgeDocumentEntity = tableEntity<PublishedEdgeDocumentRow>('published_edge_documents', {
  edge: { type: 'varchar', primary: true, primaryKeyConstraintName: 'pk_published_edge_documents' },
  term: { type: 'bigint', transformer: bigInteger },
  generation: { type: 'bigint', transformer: bigInteger },
  document: { type: 'text' },
});
