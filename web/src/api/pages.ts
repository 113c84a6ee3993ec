// Lists come in pages. Most screens here want the whole list, so that searching it is honest.

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** How a list that is read page by page, as far as one scrolls, goes on. */
export const PAGED = {
  initialPageParam: null as string | null,
  getNextPageParam: (page: { readonly nextCursor: string | null }): string | null => page.nextCursor,
} as const;

const PAGE_SIZE = 200;
/** 5,000 rows: beyond that a screen says that it shows the first ones. */
const MAX_PAGES = 25;

/** Follows the cursors to the end, or to `MAX_PAGES`; then `nextCursor` tells that there is more. */
export async function collectPages<Item>(
  fetchPage: (query: { readonly limit: number; readonly cursor?: string }) => Promise<Page<Item>>,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page: Page<Item> = await fetchPage({ limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return { items, nextCursor: cursor };
}
