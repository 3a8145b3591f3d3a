/** As `Promise.all`, with no more than so many under way at once: a control plane limits what one token may ask. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  most: number,
  ask: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const entries = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of entries) results[index] = await ask(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  return results;
}
