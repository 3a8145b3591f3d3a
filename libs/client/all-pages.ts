/** One page of a list; `nextCursor` is `null` on the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** What is asked of the first page, and of those after it. */
export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

const PAGE_SIZE = 500;

/** All items of a list, in its order. */
export async function allPages<Item>(pageOf: (query: PageQuery) => Promise<Page<Item>>): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await pageOf({ limit: PAGE_SIZE, ...(cursor !== null && { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}
