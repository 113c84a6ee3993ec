// Every list of the store is paged the same way, so every list is tested the same way.
import assert from "node:assert/strict";
import type { Cursor, Page, PageRequest } from "../../../src/store/store.ts";

type ReadPage<T> = (page: PageRequest) => Promise<Page<T>>;

/** Reads page after page; `between` runs once, after the first. */
async function readAll<T>(
  read: ReadPage<T>,
  limit: number,
  between: () => Promise<void> = async () => {},
): Promise<T[]> {
  const items: T[] = [];
  let after: Cursor | null = null;
  let isFirst = true;
  do {
    const page: Page<T> = await read({ limit, after });
    assert.ok(page.items.length <= limit, "a page holds no more than the requested number");
    assert.ok(page.next === null || page.items.length === limit, "only the last page is short");
    items.push(...page.items);
    after = page.next;
    if (isFirst) await between();
    isFirst = false;
  } while (after !== null);
  return items;
}

/**
 * Asserts that a list gives each of `items` once, newest first and the larger id first within one
 * millisecond, whatever the page size, and also when a newer item is added between two pages.
 */
export async function assertPages<T extends { readonly id: string }>(
  read: ReadPage<T>,
  items: readonly { readonly id: string; readonly at: number }[],
  addNewer: () => Promise<void>,
): Promise<void> {
  const expected = [...items].sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).map((item) => item.id);
  for (const limit of [1, 2, items.length - 1, items.length, items.length + 1]) {
    assert.deepEqual(idsOf(await readAll(read, limit)), expected, `in pages of ${limit}`);
  }
  const isFew = Math.max(1, Math.floor(items.length / 2));
  assert.deepEqual(idsOf(await readAll(read, isFew, addNewer)), expected, "with an item added between two pages");
}

export function idsOf(items: readonly { readonly id: string }[]): string[] {
  return items.map((item) => item.id);
}

export const ALL: PageRequest = { limit: 200, after: null };
