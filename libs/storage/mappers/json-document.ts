/** Where a document is kept, for messages. */
export interface DocumentPlace {
  readonly table: string;
  readonly key: string;
}

/** A stored document cannot be read. Only Weir writes them, so the database was damaged or edited by hand. */
export class UnreadableDocument extends Error {
  override readonly name = 'UnreadableDocument';

  constructor(
    readonly place: DocumentPlace,
    options: ErrorOptions,
  ) {
    super(`table "${place.table}", key "${place.key}": the stored document is damaged; restore a backup`, options);
  }
}

/**
 * Reads back what `JSON.stringify` wrote. The shape is trusted, because nothing but the mappers writes these columns.
 * Throws `UnreadableDocument`.
 */
export function readDocument(text: string, place: DocumentPlace): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UnreadableDocument(place, { cause });
  }
}
