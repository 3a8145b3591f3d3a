/** A long list is cut into lines of about this many characters: a few milliseconds each to write and to read. */
const LINE_CHARACTERS = 256 * 1024;

type Path = readonly string[];

interface LongList {
  readonly path: Path;
  readonly items: readonly unknown[];
}

/**
 * Writes a document as lines of JSON, so that a large one can be written, handed on and read piece by piece. The first
 * line is the document with its lists emptied; each further one, a JSON array, is the path of a list and its next items.
 * Lists within the items of a list stay whole.
 */
export function* documentLines(document: object | null): Generator<string, void, undefined> {
  const lists: LongList[] = [];
  yield JSON.stringify(document === null ? null : withoutLists(document, [], lists));
  for (const { path, items } of lists) yield* listLines(path, items);
}

/** Whether a line begins a document rather than going on with one. */
export function beginsDocument(line: string): boolean {
  return !line.startsWith('[');
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
    const list = this.#listAt(path);
    // One by one: a call takes only so many arguments.
    for (const item of items) list.push(item);
  }

  #listAt(path: Path): unknown[] {
    let place = this.#documents.at(-1);
    for (const key of path) place = (place as Readonly<Record<string, unknown>> | undefined)?.[key];
    if (!Array.isArray(place)) throw new SyntaxError(`the document has no list at /${path.join('/')}`);
    return place as unknown[];
  }
}

/** The document's fields in their order; what lists hold is collected in `lists` instead. */
function withoutLists(value: object, path: Path, lists: LongList[]): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, field]: [string, unknown]) => {
      if (typeof field !== 'object' || field === null) return [key, field];
      if (!Array.isArray(field)) return [key, withoutLists(field, [...path, key], lists)];
      lists.push({ path: [...path, key], items: field });
      return [key, []];
    }),
  );
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
