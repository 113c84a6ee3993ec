// Lists come in pages. Most screens here want the whole list, so that searching it is honest.
import type { Page } from "./types.ts";

export const PAGE_SIZE = 200;
/** 5,000 rows: beyond that a screen says that it shows the newest ones. */
const MAX_PAGES = 25;

/** Follows the cursors to the end, or to `MAX_PAGES`; then `nextCursor` tells that there is more. */
export async function collectPages<Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await fetchPage(cursor);
    items.push(...page.items);
    if (page.nextCursor === null) return { items, nextCursor: null };
    cursor = page.nextCursor;
  }
  return { items, nextCursor: cursor ?? null };
}
