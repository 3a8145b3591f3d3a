import { emptiedDocument, listAt, type Path } from './document-lists.js';

/** A long list is cut into lines of about this many characters: a few milliseconds each to write and to read. */
const LINE_CHARACTERS = 256 * 1024;

/**
 * Writes a document as lines of JSON, so that a large one can be written, handed on and read piece by piece. The first
 * line is the document with its lists emptied; each further one, a JSON array, is the path of a list and its next items.
 * Lists within the items of a list stay whole.
 */
export function* documentLines(document: object | null): Generator<string, void, undefined> {
  const { emptied, lists } = emptiedDocument(document);
  yield JSON.stringify(emptied);
  for (const { path, items } of lists) yield* listLines(path, items);
}

/** Reads what `documentLines` wrote: any number of documents, one after the other, line by line. */
export class DocumentReader {
  readonly #documents: unknown[] = [];

  /** Those that have begun, in their order. The caller knows what they are. */
  get documents(): readonly unknown[] {
    return this.#documents;
  }

  /** Throws `SyntaxError` when the line is damaged. */
  add(line: string): void {
    const value: unknown = JSON.parse(line);
    if (!Array.isArray(value)) {
      this.#documents.push(value);
      return;
    }
    const [path, ...items] = value as [Path, ...unknown[]];
    const list = listAt(this.#documents.at(-1), path);
    // One by one: a call takes only so many arguments.
    for (const item of items) list.push(item);
  }
}

function* listLines(path: Path, items: readonly unknown[]): Generator<string, void, undefined> {
  const start = `[${JSON.stringify(path)}`;
  let line = start;
  for (const item of items) {
    line += `,${JSON.stringify(item)}`;
    if (line.length < LINE_CHARACTERS) continue;
    yield `${line}]`;
    line = start;
  }
  if (line !== start) yield `${line}]`;
}
