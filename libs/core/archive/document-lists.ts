/** The names of the fields that lead to a list. */
export type Path = readonly string[];

export interface FoundList {
  readonly path: Path;
  readonly items: readonly unknown[];
}

/** A document's fields in their order, but with its lists emptied, and those lists. Lists within items stay where they are. */
export function emptiedDocument(document: object | null): {
  readonly emptied: object | null;
  readonly lists: readonly FoundList[];
} {
  const lists: FoundList[] = [];
  return { emptied: document === null ? null : withoutLists(document, [], lists), lists };
}

/** Throws `SyntaxError` when there is none. */
export function listAt(document: unknown, path: Path): unknown[] {
  let place = document;
  for (const key of path) place = (place as Readonly<Record<string, unknown>> | undefined)?.[key];
  if (!Array.isArray(place)) throw new SyntaxError(`the document has no list at /${path.join('/')}`);
  return place as unknown[];
}

function withoutLists(value: object, path: Path, lists: FoundList[]): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, field]: [string, unknown]) => {
      if (typeof field !== 'object' || field === null) return [key, field];
      if (!Array.isArray(field)) return [key, withoutLists(field, [...path, key], lists)];
      lists.push({ path: [...path, key], items: field });
      return [key, []];
    }),
  );
}
