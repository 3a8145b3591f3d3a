import { edgeName } from '#core/model/name.js';
import type { EdgeDocument, PublicationPoint, PublishedEdgeDocument } from '#core/ports/scheduler-store.js';
import type { PublishedEdgeDocumentRow } from '../entities/published-edge-document-entity.js';

export function toPublishedRow({ edge, document }: EdgeDocument, point: PublicationPoint): PublishedEdgeDocumentRow {
  return { edge, document, term: point.term, generation: point.generation };
}

export function toPublishedEdgeDocument(row: PublishedEdgeDocumentRow): PublishedEdgeDocument {
  return {
    edge: edgeName(row.edge),
    document: row.document,
    point: { term: row.term, generation: row.generation },
  };
}
